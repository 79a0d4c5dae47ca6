import type { Scope } from "../api/scope.ts";
import { peerName, peerPort } from "../api/scope.ts";
import type { Block, Statement } from "./nginx.ts";
import { block, nginxText, spaced } from "./nginx.ts";

/** How the web front serves. */
export interface WebServer {
  readonly plainHttp: boolean;
  /** Whether it shows the dashboard of the enterprise editions in place of the community's pages. */
  readonly dashboard: boolean;
  /** Whether overview and docs run beside it; without them their pages would answer with errors. */
  readonly sidecars: boolean;
}

const page = "/usr/share/nginx/html";

/**
 * The nginx configuration of the web front: pages, and the way to the services behind it. Blanks and comments are those of
 * the reference, so that the file of a cluster that is taken over stays the same.
 */
export function webServerText(s: Scope, server: WebServer): string {
  const upgradeMap = block("map $http_upgrade $connection_upgrade", "default upgrade", "'' close");
  const front = [...listen(s, server), "", ...limits, "", "", ...spaced(firstPages(server)), "", ""];
  const body = [...front, ...spaced([...pages, ...upstreams(s), downloads])];
  return nginxText(["", upgradeMap, "", block("server", ...body)]);
}

function listen(s: Scope, { plainHttp }: WebServer): readonly Statement[] {
  const address = plainHttp ? "80 default_server" : "443 default_server ssl";
  const ipv6 = s.cluster.platform.ipv6Cluster === true ? [`listen [::]:${address}`] : [];
  const certificate = [
    "ssl_certificate /etc/yunion/pki/service.crt",
    "ssl_certificate_key /etc/yunion/pki/service.key",
  ];
  return [`listen ${address}`, ...ipv6, "server_name _", ...(plainHttp ? [] : certificate)];
}

const compressed = [
  "text/plain",
  "application/javascript",
  "application/css",
  "text/css",
  "application/xml",
  "application/json",
  "text/javascript",
  "application/x-httpd-php",
  "image/jpeg",
  "image/gif",
  "image/png",
];

const limits: readonly Statement[] = [
  "gzip_static on",
  "gzip on",
  "gzip_proxied any",
  "gzip_min_length  1k",
  "gzip_buffers     4 16k",
  "gzip_http_version 1.0",
  "gzip_comp_level 5",
  `gzip_types ${compressed.join(" ")}`,
  "gzip_vary on",
  "chunked_transfer_encoding off",
  "underscores_in_headers on",
  "",
  "client_body_buffer_size 16k",
  "client_header_buffer_size 16k",
  "client_max_body_size 8m",
  "large_client_header_buffers 2 16k",
  "client_body_timeout 20s",
  "client_header_timeout 20s",
];

const uncached = "add_header Cache-Control no-cache";
const cachedForEver = [
  "expires max",
  "add_header Pragma public",
  'add_header Cache-Control "public, must-revalidate, proxy-revalidate"',
];
const cachedFiles = "# Some basic cache-control for static files to be sent to the browser";
const framing = ['add_header X-Frame-Options "SAMEORIGIN"', 'add_header X-XSS-Protection "1; mode=block"'];

/** A single-page application: what is no file is answered by its index. */
function indexFallback(index: string): Block {
  return block("if (!-e $request_filename)", `rewrite ^/(.*) ${index} last`, "break");
}

function firstPages(server: WebServer): readonly Statement[] {
  return [...(server.dashboard ? dashboardPages : [communityPage]), ...(server.sidecars ? sidecarPages : [])];
}

const pages: readonly Statement[] = [
  block("location /static/", cachedFiles, `root ${page}/web`, ...cachedForEver),
  block(
    "location /itsm",
    `alias ${page}/itsm`,
    "index index.html",
    uncached,
    "expires 1s",
    indexFallback("/itsm/index.html"),
  ),
  block("location /static-itsm/", `root ${page}/itsm`, ...cachedForEver),
  block("location ~* /static/images/favicon.*", `root ${page}/login`, ...cachedForEver),
];

const communityPage = block(
  "location /",
  `root ${page}/web`,
  "index index.html",
  uncached,
  ...framing,
  "expires 1s",
  indexFallback("/index.html"),
);

const dashboardPages: readonly Statement[] = [
  "location ~ ^/v[12]/ { rewrite ^/v.(.*)$ $1 redirect; }",
  block("location /", `root   ${page}/dashboard`, "index index.html", ...framing, "try_files $uri $uri/ /index.html"),
];

const client = ["proxy_set_header Host $host", "proxy_set_header X-Real-IP $remote_addr"];
const forwarded = ["proxy_redirect   off", ...client, "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for"];
const sidecarProxy = [...forwarded, "proxy_set_header X-Forwarded-Proto https"];
const sidecarPages: readonly Statement[] = [
  block("location ~ ^/(overview|overview-private|charts)", "proxy_pass http://localhost:8080", ...sidecarProxy),
  block("location /docs", "proxy_pass http://localhost:8081", ...sidecarProxy),
];

/** Uploads are handed on as they come in. */
const upload = [
  "proxy_http_version 1.1",
  "proxy_request_buffering off",
  "proxy_buffering off",
  ...client,
  "proxy_set_header X-Forwarded-For $remote_addr",
];
const unlimited = "client_max_body_size 0";
const streamed = [unlimited, ...upload];
const slowUpload = [unlimited, "client_body_timeout 300", ...upload];

const webSocket = [
  ...forwarded,
  "",
  "proxy_http_version 1.1",
  "proxy_set_header Upgrade $http_upgrade",
  'proxy_set_header Connection "upgrade"',
  "",
  "proxy_read_timeout 86400",
];

function upstreams(s: Scope): readonly Statement[] {
  const to = (type: string, port: number): string => `proxy_pass https://${peerName(s, type)}:${port}`;
  const api = to("apigateway", peerPort(s, "apiGateway", "apiService"));
  const ws = to("apigateway", peerPort(s, "apiGateway", "wsService"));
  const glance = to("glance", peerPort(s, "glance"));
  const console = to("webconsole", peerPort(s, "webconsole"));
  return [
    block("location /api", api, ...forwarded, "", ...buffers),
    block("location /api/s/image/v1/images", ...slowUpload, "rewrite ^/api/s/image/(.*)$ /$1 break", glance),
    block("location /api/v1/imageutils/upload", api, ...slowUpload),
    block("location /api/v1/s3uploads", api, ...slowUpload),
    block("location /query", api, ...forwarded),
    block("location /api/v1/webconsole/sftp", ...streamed, "rewrite ^/api/v1/(.*)$ /$1 break", console),
    block("location ~ ^/(vnc|spice|wmks|sol)", console, ...forwarded),
    block("location ~ ^/(websockify|wsproxy|connect)", console, ...webSocket, "proxy_send_timeout 86400"),
    block(
      "location /web-console",
      `alias ${page}/web-console`,
      "index index.html",
      indexFallback("/web-console/index.html"),
    ),
    block("location /ws", ws, ...webSocket),
    block("location /socket.io/", ws, ...webSocket),
  ];
}

const buffers = [
  "proxy_buffer_size  16k",
  "proxy_buffers   32 16k",
  "proxy_busy_buffers_size 16k",
  "proxy_temp_file_write_size 16k",
  "proxy_read_timeout 600",
];

const downloads = block(
  "location /baremetal-prepare/",
  cachedFiles,
  "root /opt/cloud/yunion/baremetal/",
  ...cachedForEver,
);
