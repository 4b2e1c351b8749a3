"""The base of all explorers: a figure that needs no widget, and live widgets around it."""

import base64
import html
import io
from collections.abc import Callable, Hashable, Iterable
from typing import ClassVar

import ipywidgets as widgets
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from ..teaching.style import STYLE


class Explorer:
    """Controls, a line of text with the numbers, and below them the figure.

    `limits` names the state that `set` may change, with its smallest and largest value or the words to choose from.
    """

    caption = "Move the sliders in JupyterLab to see it change."
    limits: ClassVar[dict[str, tuple]] = {}
    _handling = False  # while one change of a control is handled, the changes that follow from it are ignored

    def draw(self) -> Figure:
        """The figure of the current state."""
        raise NotImplementedError

    def describe(self) -> str:
        """The numbers of the current state, in one line."""
        raise NotImplementedError

    def controls(self) -> list[widgets.Widget]:
        """Widgets that change the state and then call `refresh`."""
        raise NotImplementedError

    def set(self, **state) -> None:
        """Set parts of the state by name. Raises ValueError, and changes nothing, outside `limits`."""
        for name, value in state.items():
            if name not in self.limits:
                there_is = f"expected one of {', '.join(self.limits)}" if self.limits else "but nothing is set by name"
                raise ValueError(f"found {name!r}, {there_is}; see the methods of {type(self).__name__}")
            allowed = self.limits[name]
            if isinstance(allowed[0], str):
                if value not in allowed:
                    raise ValueError(f"found {name}={value!r}, expected one of {', '.join(allowed)}")
            elif not allowed[0] <= value <= allowed[1]:
                raise ValueError(f"found {name}={value:g}, expected {allowed[0]:g} to {allowed[1]:g}")
        vars(self).update(state)

    def __setattr__(self, name: str, value) -> None:
        """`explorer.mean = 2` calls `explorer.set(mean=2)`, so that everything derived from the state is up to date."""
        if name in self.limits:
            self.set(**{name: value})
        else:
            super().__setattr__(name, value)

    def png(self) -> bytes:
        """The figure as PNG, the same bytes for the same state."""
        buffer = io.BytesIO()
        FigureCanvasAgg(figure := self.draw())
        figure.savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()

    def widget(self) -> widgets.Widget:
        """The live widget. It is made once, so that all its views move together."""
        if not hasattr(self, "_widget"):
            self._bound: dict[str, widgets.Widget] = {}
            self._image = widgets.Image(format="png", layout=widgets.Layout(max_width="100%"))
            self._text = widgets.HTML(style={"font_size": "16px"})
            self._handling = True
            self._widget = widgets.VBox([*self.controls(), self._text, self._image])
            self.refresh()
            self._handling = False
        return self._widget

    def refresh(self) -> None:
        """Draw the current state in the live widget, and set the controls to it."""
        before, self._handling = self._handling, True
        for name, control in self._bound.items():
            control.value = getattr(self, name)
        self._handling = before
        self.show_text(self.describe())
        self._image.value = self.png()
        self._image.layout.width = f"{int.from_bytes(self._image.value[16:20])}px"  # as drawn: stretched, it would blur

    def show_text(self, text: str) -> None:
        """Show a line of text in the live widget."""
        self._text.value = html.escape(text, quote=False)

    def listen(self, controls: Iterable[widgets.Widget], handle: Callable[[dict], None]) -> None:
        """Call `handle` when the user changes a control, then refresh. A ValueError is shown, and the picture stays."""

        def changed(change):
            if self._handling:
                return
            self._handling = True
            try:
                handle(change)
                self.refresh()
            except ValueError as error:
                self.show_text(str(error))
            finally:
                self._handling = False

        for control in controls:
            control.observe(changed, "value")

    def slider(self, name: str, description: str, step: float, **keywords) -> widgets.FloatSlider:
        """A slider of the state `name`, within its limits."""
        low, high = self.limits[name]
        keywords = {"readout_format": ".2f", "style": {"description_width": "12em"}} | keywords
        slider = widgets.FloatSlider(getattr(self, name), min=low, max=high, step=step, description=description)
        for keyword, value in keywords.items():
            setattr(slider, keyword, value)
        slider.layout.width = "29em"

        def moved(change):
            if abs(change.new - getattr(self, name)) > step / 2 + 1e-9:  # else it follows the state, rounded to a step
                self.set(**{name: change.new})

        self._bound[name] = slider
        self.listen([slider], moved)
        return slider

    def button(self, description: str, press: Callable[[], None], tooltip: str = "") -> widgets.Button:
        """A button that calls `press`, then refreshes."""
        button = widgets.Button(description=description, tooltip=tooltip, layout={"width": "auto"})

        def pressed(_):
            self._handling = True
            try:
                press()
                self.refresh()
            finally:
                self._handling = False

        button.on_click(pressed)
        return button

    def _repr_mimebundle_(self, **kwargs) -> dict:
        if hasattr(self, "_widget"):
            self.refresh()  # the state may have changed in code
        model_id = self.widget().model_id
        return {
            "text/plain": f"{type(self).__name__}: {self.describe()}. {self.caption}",
            "image/png": base64.b64encode(self._image.value).decode(),
            "application/vnd.jupyter.widget-view+json": {"version_major": 2, "version_minor": 0, "model_id": model_id},
        }


class LiveExplorer(Explorer):
    """An explorer with fixed axes: a move draws only the artists that change, which takes a few milliseconds.

    The figure is made once. Its fixed part is drawn once and kept as pixels, and each move draws the artists that
    `build` returns over it. If `update` changes the axes' limits, it sets `view` to them: each view has its own pixels.
    """

    view: Hashable = None

    def build(self) -> tuple[Figure, list[Artist]]:
        """The figure, with axes in fixed places, and the artists that move."""
        raise NotImplementedError

    def update(self) -> None:
        """Set the moving artists to the current state."""
        raise NotImplementedError

    def rebuild(self) -> None:
        """Discard the figure: the next `draw` makes a new one."""
        vars(self).pop("_figure", None)

    def draw(self) -> Figure:
        with rc_context(STYLE | {"figure.constrained_layout.use": False}):
            if not hasattr(self, "_figure"):
                self._figure, self._moving = self.build()
                self._still: dict[Hashable, object] = {}  # the fixed part's pixels, by view
                FigureCanvasAgg(self._figure)
                for artist in self._moving:
                    artist.set_animated(True)  # left out when the canvas is drawn, but not when it is saved
            self.update()
        return self._figure

    def png(self) -> bytes:
        figure = self.draw()
        canvas = figure.canvas
        if self.view not in self._still:
            canvas.draw()
            self._still[self.view] = canvas.copy_from_bbox(figure.bbox)
        canvas.restore_region(self._still[self.view])
        for artist in sorted(self._moving, key=lambda artist: artist.get_zorder()):
            figure.draw_artist(artist)
        buffer, pixels = io.BytesIO(), canvas.buffer_rgba()
        picture = Image.frombuffer("RGBA", pixels.shape[1::-1], pixels, "raw", "RGBA", 0, 1).convert("RGB")
        picture.save(buffer, format="png", compress_level=1)
        return buffer.getvalue()


def figure(width: float, height: float, *places: tuple[float, float, float, float]) -> tuple:
    """A figure of `width` × `height` inches, and axes at `places`: left, bottom, width, height as shares of it."""
    figure = Figure(figsize=(width, height))
    return figure, *(figure.add_axes(place) for place in places)
