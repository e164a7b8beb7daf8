"""What Hark is compared with."""
