"""The plan of the house holds: floors, wall, purity, key bridge."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_import_linter_keeps_every_contract() -> None:
    script = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([script, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_no_file_of_the_repository_names_a_package_registry_or_holds_a_machine_path() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    banned = (
        "pypi" + ".org",
        "files.python" + "hosted",
        "registry.npm" + "js",
        "/wor" + "k/main",
        "/wor" + "k/shared",
    )
    guilty = []
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in {".png", ".woff2", ".gz", ".parquet"} or not path.exists():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        guilty += [f"{name}: {word}" for word in banned if word in text]
    assert not guilty


def test_only_files_named_in_the_contract_touch_the_key_bridge() -> None:
    allowed = {"customers", "ingest/identify.py", "segments/members.py", "segments/profiles.py"}
    guilty = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "recompra").rglob("*.py")
        if "CustomerKey" in path.read_text(encoding="utf-8")
        and not any(str(path.relative_to(ROOT / "recompra")).startswith(place) for place in allowed)
    ]
    assert not guilty
