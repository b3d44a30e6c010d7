"""Static files get a hash in their name; one that is not there keeps its plain name instead of breaking the page."""

from django.core.files.base import ContentFile
from django.templatetags.static import static
from django.test import override_settings

from coopportal.common.storage import HashedStaticFiles


def test_a_file_gets_a_hash_and_a_missing_reference_is_left_alone(tmp_path):
    storage = HashedStaticFiles(location=tmp_path, base_url="/static/")
    storage.save("a.css", ContentFile(b'a{background:url("gone.png")} b{background:url("b.svg")}'))
    storage.save("b.svg", ContentFile(b"<svg/>"))
    done = list(storage.post_process({name: (storage, name) for name in ("a.css", "b.svg")}))
    assert not any(isinstance(processed, Exception) for _, _, processed in done)
    assert storage.url("b.svg").startswith("/static/b.")
    assert storage.url("b.svg") != "/static/b.svg"
    written = (tmp_path / storage.stored_name("a.css")).read_text()
    assert 'url("gone.png")' in written
    assert 'url("b.svg")' not in written


def test_the_address_of_a_missing_file_is_plain(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    with override_settings(STORAGES={"staticfiles": {"BACKEND": "coopportal.common.storage.HashedStaticFiles"}}):
        assert static("vendor/kern/gone.css") == "/static/vendor/kern/gone.css"
