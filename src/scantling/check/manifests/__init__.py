"""How containers are run: Compose files and Kubernetes manifests."""
