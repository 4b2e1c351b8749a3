"""Images and how they come in: MNIST, dSprites, images of your own, augmentation; and files that are written whole."""
