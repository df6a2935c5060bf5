"""Pages of training on the rights of the child (KHA): trainings, people, whom they reach, and tables of people."""
