"""Review: the queue, one visit, comparisons and disagreements."""
