"""What is to happen to a person, step by step, once something happened: kept, checked and found here, not run yet."""
