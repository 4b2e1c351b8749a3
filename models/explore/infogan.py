"""An explorer of a trained InfoGAN: the image G(z, c) of a code and a noise, and Q(c|x) of that image."""

from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np
import torch

from infotheory.explore.base import LiveExplorer, figure
from infotheory.teaching import COLOURS

from ..codes import Categorical, Uniform
from ..figures import image_grid
from ..infogan import InfoGAN


class InfoGANExplorer(LiveExplorer):
    """The image G(z, c) of a code and a noise, the images of all other classes beside it, and Q(c|x).

    Classes are shown in the order of their names. State, set by `move`: `chosen`, the class; `numbers`, one value for
    each continuous code; `noise`, which draw of z; `size`, a factor on z (0 is the centre of p(z), 1 is a draw from
    it). `names` names the classes, for instance by the digits that they make. The model has one Categorical code, in
    any place of its list, and is in eval mode.
    Raises ValueError for another model, or a state out of range.
    """

    caption = "Choose a class, move a number and ask for new noise in JupyterLab to see it change."

    def __init__(
        self, model: InfoGAN, names: Sequence[str] | None = None, *, chosen: int = 0, numbers: Sequence[float] | None =
        None, noise: int = 0, size: float = 1.0,
    ):  # fmt: skip
        kinds = [isinstance(code, Categorical) for code in model.codes]
        if sum(kinds) != 1:
            raise ValueError(f"found the codes {model.codes}, expected exactly one Categorical among them")
        if model.training:
            raise ValueError("found a model that is training, expected model.eval(): batch norm would mix the images")
        self.model, self.place = model, kinds.index(True)
        self.n_classes = model.codes[self.place].n
        self.continuous = [code for code in model.codes if not isinstance(code, Categorical)]
        self.names = list(names) if names is not None else [str(k) for k in range(self.n_classes)]
        if len(self.names) != self.n_classes:
            raise ValueError(f"found {len(self.names)} names, expected one for each of {self.n_classes} classes")
        self.order = sorted(range(self.n_classes), key=lambda k: (len(self.names[k]), self.names[k]))  # 2 before 10
        self.move(chosen, [0.0] * len(self.continuous) if numbers is None else numbers, noise, size)

    def move(self, chosen: int, numbers: Sequence[float], noise: int, size: float) -> None:
        """Set the state; make the images, and let Q read the chosen one."""
        if not 0 <= chosen < self.n_classes or len(numbers) != len(self.continuous) or noise < 0 or size < 0:
            raise ValueError(
                f"found chosen={chosen}, numbers={list(numbers)}, noise={noise}, size={size}, expected a class of "
                f"0 … {self.n_classes - 1}, {len(self.continuous)} numbers, and noise and size of 0 or more"
            )
        self.chosen, self.numbers, self.noise, self.size = chosen, [float(value) for value in numbers], noise, size
        with torch.no_grad():
            self.images = self.model.generate(*self.inputs())
            read = self.model.recognise(self.images[chosen : chosen + 1])
        self.probabilities = read[self.place][0].softmax(0).cpu().numpy()  # Q(c|x)
        self.means = [float(value[0, 0]) for i, value in enumerate(read) if i != self.place]

    def inputs(self) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Noise and codes of one image for each class, with the same noise and numbers."""
        n, device = self.n_classes, self.model.device
        z = torch.randn(1, self.model.noise_dim, generator=torch.Generator().manual_seed(self.noise))
        codes = [torch.full((n, 1), value, device=device) for value in self.numbers]
        codes.insert(self.place, torch.eye(n, device=device))
        return (self.size * z).expand(n, -1).to(device), codes

    def describe(self) -> str:
        best = int(self.probabilities.argmax())
        given = ", ".join(f"{value:+z.1f}" for value in self.numbers)
        read = ", ".join(f"{value:+z.1f}" for value in self.means)
        return (
            f"given class {self.names[self.chosen]}" + (f" and numbers {given}" if given else "")
            + f" (noise {self.noise} × {self.size:.1f}); Q reads class {self.names[best]} "
            + f"with probability {self.probabilities[best]:.2f}" + (f" and numbers {read}" if read else "")
        )  # fmt: skip

    def build(self):
        fig, image, bars, row = figure(
            10.5, 5.2, (0.02, 0.38, 0.27, 0.54), (0.37, 0.46, 0.3, 0.45), (0.02, 0.05, 0.96, 0.2)
        )
        side, strip = self.images[0, 0], image_grid(self.images.cpu(), self.n_classes)
        self._picture, self._strip = (
            axes.imshow(np.zeros(pixels.shape), vmin=0, vmax=1) for axes, pixels in ((image, side), (row, strip))
        )
        row.set_title(f"the same noise and numbers, classes {', '.join(self.names[k] for k in self.order)}")
        for axes in (image, row):
            axes.set_axis_off()
        places = np.arange(self.n_classes)
        self._bars = bars.bar(places, 0, 0.7)
        bars.set_xticks(places, [self.names[k] for k in self.order])
        bars.set(title="Q(c|x); orange: the class given", xlabel="class", ylabel="probability", ylim=(0, 1.05))
        bars.set(yticks=[0, 0.5, 1])
        bars.grid(False)
        return fig, [self._picture, image.title, self._strip, *self._bars, *self._build_numbers(fig)]

    def _build_numbers(self, fig) -> list:
        """The numbers given to G, and beside them the means of Q(c|x)."""
        if not self.numbers:
            return []
        axes, places = fig.add_axes((0.76, 0.46, 0.22, 0.45)), np.arange(len(self.numbers))
        for place, code in zip(places, self.continuous, strict=True):
            low, high = (code.low, code.high) if isinstance(code, Uniform) else (-2, 2)
            axes.plot([low, high], [place, place], color="0.8", linewidth=10, solid_capstyle="butt", zorder=1)
        axes.grid(False)
        axes.set_yticks(places, [f"number {place + 1}" for place in places])
        axes.set(title="▼ given, ● read: μ(x)", xlabel="value (grey: where p(c) is)", xticks=[-2, -1, 0, 1, 2])
        axes.set(xlim=(-2.2, 2.2), ylim=(len(places) - 0.5, -0.5))
        self._given = axes.plot(self.numbers, places, "v", color=COLOURS[1], markersize=13)[0]
        self._read = axes.plot(self.means, places, "o", color=COLOURS[0], markersize=9)[0]
        return [self._given, self._read]

    def update(self):
        pixels = self.images.cpu()
        self._picture.set_data(pixels[self.chosen, 0].numpy())
        self._picture.axes.set_title(f"x = G(z, c), class {self.names[self.chosen]}")
        self._strip.set_data(image_grid(pixels[self.order], self.n_classes).numpy())
        for bar, k in zip(self._bars, self.order, strict=True):
            bar.set(height=self.probabilities[k], color=COLOURS[1] if k == self.chosen else COLOURS[0])
        if self.numbers:
            self._given.set_xdata(self.numbers)
            self._read.set_xdata(self.means)

    def controls(self) -> list[widgets.Widget]:
        chosen = widgets.ToggleButtons(
            options=[(self.names[k], k) for k in self.order], value=self.chosen, description="class"
        )
        chosen.style.button_width = "3.2em"
        numbers = [
            widgets.FloatSlider(value, min=-2, max=2, step=0.1, description=f"number {i + 1}", readout_format="+.1f")
            for i, value in enumerate(self.numbers)
        ]
        size = widgets.FloatSlider(self.size, min=0, max=2, step=0.1, description="noise size", readout_format=".1f")

        def moved(_):
            self.move(chosen.value, [slider.value for slider in numbers], self.noise, size.value)

        def renew():
            self.move(self.chosen, self.numbers, self.noise + 1, self.size)

        self.listen([chosen, *numbers, size], moved)
        fresh = self.button("new noise", renew, "another draw of z")
        return [chosen, widgets.HBox(numbers), widgets.HBox([size, fresh])]
