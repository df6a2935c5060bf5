"""The audit form of one site, online and on a phone."""
