"""What have we agreed to do? Plan files, their static check, approval and activation."""
