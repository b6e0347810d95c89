"""What an edition promises: revisions that readers see, sign-off, publication, proof."""
