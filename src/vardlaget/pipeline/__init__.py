"""From the one table to an edition: plan, notebooks, staging, rendering, putting in place."""
