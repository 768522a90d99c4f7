"""What are we doing now? Reports, incidents, packages, tasks, orders and official reports."""
