"""Electronic mail: messages as bytes, a relay that takes them over SMTP, and a small server that receives them."""
