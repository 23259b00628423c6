"""What a person may demand: to be forgotten everywhere, and to get what is known of them. It calls every other domain;
none calls it."""
