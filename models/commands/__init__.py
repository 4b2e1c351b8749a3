"""The commands of `infotheory` for models, a file each with its parser and what it does.

train.py        train a recipe's model on its data, or on images of your own
sweep.py        many runs, in one table
study.py        six models compared over strengths and seeds
evaluate.py     measure models
traverse.py     draw what each latent of a VAE changes
publish.py      put a trained model into the package
options.py      what several of them share: models by name, classes and images of your own
"""
