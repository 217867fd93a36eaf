"""Badges and devices, what arrived from phones, receipts and gaps."""
