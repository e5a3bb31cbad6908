"""The likely cause of a refuted claim, and the right form: inverse slips and what is made of them."""
