"""Many notes in processes of their own, with limits that hold."""
