"""The product: one package per noun, each calling only those before it in the order of ARCHITECTURE.md."""
