"""What this house keeps of a person: why, how long, who sees it; what they agree to; how it is handed out and erased."""
