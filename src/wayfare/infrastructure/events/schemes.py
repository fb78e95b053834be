"""The brokers by the scheme of their address; light to import, for the settings."""

SCHEMES = ("postgres", "kafka", "nats", "tls", "amqp", "amqps", "redis", "rediss", "aws")
