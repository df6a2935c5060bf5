"""Audit backlog of the register: which sites to audit next."""
