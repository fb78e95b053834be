"""Events between services and to the world: outbox, relay, brokers, inbox, dead letters."""
