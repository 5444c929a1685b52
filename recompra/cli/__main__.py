from recompra.cli import main

main()
