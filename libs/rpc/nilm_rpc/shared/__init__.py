"""What the processes of the services share through Redis; each part has an embedded form beside."""
