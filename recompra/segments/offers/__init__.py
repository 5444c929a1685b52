"""*Quem comprar o quê*: to each person of a group the product that they are likeliest to take next; of a
product, who is likeliest to take it."""
