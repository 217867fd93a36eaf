"""The proof: three phones with the shipped scripts, a real server, and everything the road and the machines can do."""
