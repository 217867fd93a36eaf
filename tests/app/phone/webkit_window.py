"""A phone-sized window of WebKitGTK that WebKitWebDriver starts and drives; run by Debian's Python, which has ``gi``.

Debian's MiniBrowser forgets everything when it is driven. This one keeps its store in the folder
``FIELDMARK_WEBKIT_STORE``, leaves out the features named in ``FIELDMARK_WEBKIT_WITHOUT``, as older WebKit does, and
enlarges type by ``FIELDMARK_WEBKIT_TYPE``, as WeChat does.
"""

import os

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402  # which version is said first


def settings(without: set[str]) -> WebKit2.Settings:
    made, known = WebKit2.Settings(zoom_text_only=True), WebKit2.Settings.get_all_features()
    features = {one.get_identifier(): one for one in map(known.get, range(known.get_length()))}
    for name in without:
        made.set_feature_enabled(features[name], False)  # noqa: FBT003  # it takes no names
    return made


def main() -> None:
    store = os.environ["FIELDMARK_WEBKIT_STORE"]
    without = set(os.environ["FIELDMARK_WEBKIT_WITHOUT"].split())
    kept = WebKit2.WebsiteDataManager(base_data_directory=store, base_cache_directory=store)
    # As text: the other kind keeps one cookie of a name, and the badge has one for each of its two paths.
    kept.get_cookie_manager().set_persistent_storage(f"{store}/cookies", WebKit2.CookiePersistentStorage.TEXT)
    context = WebKit2.WebContext(website_data_manager=kept)
    context.set_preferred_languages(["zh-CN"])
    context.set_automation_allowed(True)
    view = WebKit2.WebView(web_context=context, settings=settings(without), is_controlled_by_automation=True)
    context.connect("automation-started", lambda _, session: session.connect("create-web-view", lambda _: view))
    view.set_zoom_level(float(os.environ["FIELDMARK_WEBKIT_TYPE"]))
    wide, high = map(int, os.environ["FIELDMARK_WEBKIT_SIZE"].split("x"))
    window = Gtk.Window(default_width=wide, default_height=high, decorated=False)
    window.connect("destroy", Gtk.main_quit)
    window.add(view)
    window.show_all()
    Gtk.main()


if __name__ == "__main__":
    main()
