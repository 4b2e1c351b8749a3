"""The ground of every measure: arrays of numpy and torch are taken in, checked, summed and differentiated alike.

Each file uses only files above it:

- `inputs`: any argument as a numpy array or a torch tensor of real numbers, or an error with a remedy;
- `sums`: sums over axes that are fast and precise;
- `checks`: arrays are pmfs, logits or covariances, and keywords have the right type;
- `arguments`: the checks of one pmf, two pmfs or a joint, the units, and the dtype of the result;
- `autograd`: a function with its gradients in closed form, as one node of torch's graph;
- `terms`: elementwise terms such as -p log p, with their slopes, and log-sum-exp;
- `joints`: conditional pmfs and informations of a whole joint pmf, with their gradients;
- `inclusion_exclusion`: the alternating sum of entropies that co-information is;
- `levels`: samples of any kind as levels 0, 1, … or as bins.
"""
