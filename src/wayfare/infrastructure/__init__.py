"""Database, coalescer, rpc, snapshots, telemetry, embedded servers: parts any service may use."""
