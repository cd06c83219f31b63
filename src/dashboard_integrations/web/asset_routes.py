"""The routes of the browser's code: public, because a browser loads it before anybody has signed in."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from anyio import to_thread

from dashboard_integrations.errors import ErrorSource, NotFoundError
from dashboard_integrations.ui import ENTRIES, UI_PATH, Asset, Assets
from dashboard_integrations.web.answers import knows, refuse
from dashboard_integrations.web.messages import Request, Response
from dashboard_integrations.web.routing import Route

__all__ = ["AssetRoutes"]

_REVALIDATE = "no-cache"
_FOR_EVER = "public, max-age=31536000, immutable"


class AssetRoutes:
    """Routes with names that stay, for what pages load, and one for each file under the hash of all files."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    def table(self) -> Sequence[Route]:
        """Return the routes; none has an action, so ``authorize`` is not asked."""
        return (
            *(
                Route(
                    name=f"show_{name.partition('.')[0]}",
                    method="GET",
                    template=f"{UI_PATH}/{name}",
                    action=None,
                    summary=f"Load {name} of the present version",
                    handler=self._entry,
                )
                for name in ENTRIES
            ),
            Route(
                name="show_asset",
                method="GET",
                template=f"{UI_PATH}/{{version}}/{{file}}",
                action=None,
                summary="Load a file of the elements",
                handler=self._file,
            ),
        )

    async def _read(self) -> Assets:
        """Return the assets once their files are there, which others do not wait for."""
        if not self._assets.are_read:
            await to_thread.run_sync(getattr, self._assets, "files")
        return self._assets

    async def _entry(self, request: Request, path: Mapping[str, str]) -> Response:
        assets = await self._read()
        name = request.path.rpartition("/")[2]
        code = f'export * from "./{assets.version}/{name}";\n'
        return _send(Asset.of(name, code.encode()), request, cache=_REVALIDATE)

    async def _file(self, request: Request, path: Mapping[str, str]) -> Response:
        assets = await self._read()
        asset = assets.files.get(path["file"])
        if asset is None or path["version"] != assets.version:
            return refuse(
                NotFoundError(
                    "there is no such file in this version of the elements: load the page again",
                    source=ErrorSource.HOST,
                ),
                HTTPStatus.NOT_FOUND,
            )
        return _send(asset, request, cache=_FOR_EVER)


def _send(asset: Asset, request: Request, *, cache: str) -> Response:
    headers = [
        ("cache-control", cache),
        ("etag", f'W/"{asset.tag}"'),  # weak: compressed or not, it is the same file
        ("vary", "accept-encoding"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'"),
    ]
    if knows(request.headers.get("if-none-match", ""), asset.tag):
        return Response(status=int(HTTPStatus.NOT_MODIFIED), headers=headers)
    body = asset.body
    accepted = request.headers.get("accept-encoding", "")
    coding = next((coding for coding in asset.encoded if _takes(coding, accepted)), None)
    if coding:
        body = asset.encoded[coding]
        headers.append(("content-encoding", coding))
    about = [("content-type", asset.content_type), ("content-length", str(len(body)))]
    return Response(status=int(HTTPStatus.OK), headers=(*about, *headers), body=body)


def _takes(coding: str, accept_encoding: str) -> bool:
    """Tell whether the coding is named, and not with the weight of a refusal."""
    for item in accept_encoding.lower().split(","):
        named, *parameters = (part.strip() for part in item.split(";"))
        if named == coding:
            return not any(_is_zero(parameter) for parameter in parameters)
    return False


def _is_zero(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return name.strip() == "q" and not value.strip().strip("0.")
