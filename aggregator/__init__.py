"""The product: rules, store, web, demonstration, and what wires them."""
