"""What a studio and the shop's admins are told by mail when something has happened."""
