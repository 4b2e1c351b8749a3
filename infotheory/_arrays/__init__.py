"""What every measure stands on: arrays of numpy and torch taken in, checked, summed and differentiated alike."""
