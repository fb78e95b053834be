"""Payments: authorise, capture, void and refund through a gateway, without ever seeing a card number."""
