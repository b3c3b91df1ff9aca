package api

import (
	"crypto/sha256"
	"encoding/base64"
	"path"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Assets are the files of the web app.
type Assets interface {
	// Find returns the file at a URL path such as /assets/app.js, or false.
	Find(urlPath string) (Asset, bool)
}

// Asset is one file.
type Asset struct {
	Body []byte
	// Gzip is Body compressed; nil when that is not worth it.
	Gzip []byte
	Type string
	// ETag is quoted and names the content.
	ETag string
	// Immutable files have their hash in their name and never change.
	Immutable bool
}

// pageCSP lets the web app load its own files and nothing else. Styles stay
// loose for the chart's tooltips and the editor.
const pageCSP = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// elsewhere answers every path that is no route: the web app's files, and its
// index for the paths the app itself makes sense of.
func (c *call) elsewhere() error {
	at := path.Clean("/" + c.Path())
	isRead := c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead
	if !isRead || at == "/api" || strings.HasPrefix(at, "/api/") || c.s.deps.Assets == nil {
		return missing(c.Method(), c.Path())
	}
	if asset, ok := c.s.deps.Assets.Find(at); ok && at != "/index.html" {
		return c.asset(asset)
	}
	// A missing script must not be answered with a page.
	if strings.HasPrefix(at, "/assets/") || path.Ext(at) != "" && at != "/index.html" {
		return missing(c.Method(), c.Path())
	}
	index, ok := c.s.deps.Assets.Find("/index.html")
	if !ok {
		return c.withoutApp()
	}
	return c.asset(index)
}

func (c *call) asset(a Asset) error {
	c.Set(fiber.HeaderContentType, a.Type)
	c.Set(fiber.HeaderContentSecurityPolicy, pageCSP)
	c.Set(fiber.HeaderETag, a.ETag)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if a.Immutable {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	if match := c.Get(fiber.HeaderIfNoneMatch); match != "" && match == a.ETag {
		c.Status(fiber.StatusNotModified)
		return nil
	}
	body := a.Body
	if a.Gzip != nil && strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		body = a.Gzip
	}
	return c.Send(body)
}

// withoutApp is what a person sees when this binary holds no web app.
func (c *call) withoutApp() error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Status(fiber.StatusServiceUnavailable)
	return c.SendString("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Leo</title>" +
		"<h1>Leo is running, without its web page</h1>" +
		"<p>This build does not contain the page. The API works: see <a href=\"/api/docs\">/api/docs</a>. To build the page, run <code>make web</code>.</p></html>")
}

// scriptHashes are the CSP sources of a page's inline scripts.
func scriptHashes(page []byte) string {
	var sources []string
	for _, m := range regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllSubmatch(page, -1) {
		sum := sha256.Sum256(m[1])
		sources = append(sources, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	return strings.Join(sources, " ")
}
