package api

import (
	"slices"

	"github.com/leo-analytics/leo/gateway/auth"
)

// Access says who may use a route.
type Access string

// The accesses. Public routes ask nobody who they are; the others need at least
// the role of that name.
const (
	Public   Access = "public"
	Viewer   Access = Access(auth.Viewer)
	Analyst  Access = Access(auth.Analyst)
	Verifier Access = Access(auth.Verifier)
	Admin    Access = Access(auth.Admin)
)

// Route is one row of the route table.
type Route struct {
	Method string
	// Path is in Fiber's notation: ":id" is a parameter.
	Path   string
	Access Access
	// long marks routes that may take longer than a request's usual time:
	// uploads and event streams, which have bounds of their own.
	long bool
	do   func(*call) error
}

// Routes returns the route table. Besides it there are only the web app's files.
func Routes() []Route {
	return slices.Concat(systemRoutes(), dataRoutes(), runRoutes(), auditRoutes())
}

const v1 = "/api/v1"

// systemRoutes are about Leo itself and who may use it.
func systemRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/healthz", Access: Public, do: (*call).healthz},
		{Method: "GET", Path: "/readyz", Access: Public, do: (*call).readyz},
		{Method: "GET", Path: "/metrics", Access: Viewer, do: (*call).metrics},
		{Method: "GET", Path: "/api/openapi.json", Access: Public, do: (*call).openAPI},
		{Method: "GET", Path: "/api/docs", Access: Public, do: (*call).docs},

		{Method: "GET", Path: v1 + "/session", Access: Viewer, do: (*call).whoAmI},
		{Method: "POST", Path: v1 + "/session", Access: Public, do: (*call).signIn},
		{Method: "DELETE", Path: v1 + "/session", Access: Public, do: (*call).signOut},

		{Method: "GET", Path: v1 + "/tokens", Access: Admin, do: (*call).listTokens},
		{Method: "POST", Path: v1 + "/tokens", Access: Admin, do: (*call).createToken},
		{Method: "DELETE", Path: v1 + "/tokens/:id", Access: Admin, do: (*call).revokeToken},
		{Method: "GET", Path: v1 + "/limits", Access: Viewer, do: (*call).limits},
	}
}

// dataRoutes are about datasets and how they come in.
func dataRoutes() []Route {
	return []Route{
		{Method: "GET", Path: v1 + "/datasets", Access: Viewer, do: (*call).listDatasets},
		{Method: "GET", Path: v1 + "/catalog/search", Access: Viewer, do: (*call).searchCatalog},
		{Method: "POST", Path: v1 + "/datasets", Access: Analyst, long: true, do: (*call).uploadDataset},
		{Method: "GET", Path: v1 + "/datasets/:id", Access: Viewer, do: (*call).getDataset},
		{Method: "DELETE", Path: v1 + "/datasets/:id", Access: Admin, do: (*call).deleteDataset},
		{Method: "GET", Path: v1 + "/datasets/:id/schema", Access: Viewer, do: (*call).getSchema},
		{Method: "GET", Path: v1 + "/datasets/:id/report", Access: Viewer, do: (*call).getReport},
		{Method: "GET", Path: v1 + "/datasets/:id/values", Access: Viewer, do: (*call).columnValues},
		{Method: "POST", Path: v1 + "/datasets/:id/prepare", Access: Analyst, do: (*call).prepareDataset},
		{Method: "GET", Path: v1 + "/datasets/:id/curation", Access: Viewer, do: (*call).getCuration},
		{Method: "PATCH", Path: v1 + "/datasets/:id/curation", Access: Analyst, do: (*call).changeCuration},
		{Method: "GET", Path: v1 + "/datasets/:id/sync", Access: Viewer, do: (*call).getSync},
		{Method: "POST", Path: v1 + "/datasets/:id/sync", Access: Analyst, do: (*call).askSync},
		{Method: "GET", Path: v1 + "/datasets/:id/versions", Access: Viewer, do: (*call).listVersions},
		{Method: "GET", Path: v1 + "/datasets/:id/versions/:version", Access: Viewer, do: (*call).getVersion},
		{Method: "DELETE", Path: v1 + "/datasets/:id/versions/:version", Access: Admin, do: (*call).deleteVersion},
		{Method: "GET", Path: v1 + "/datasets/:id/versions/:version/snapshots/:hash", Access: Viewer, do: (*call).getSnapshot},
		{Method: "POST", Path: v1 + "/datasets/:id/versions/:version/restore", Access: Analyst, do: (*call).restoreVersion},

		{Method: "GET", Path: v1 + "/uploads", Access: Analyst, do: (*call).listUploads},
		{Method: "POST", Path: v1 + "/uploads", Access: Analyst, do: (*call).beginUpload},
		{Method: "GET", Path: v1 + "/uploads/:id", Access: Analyst, do: (*call).getUpload},
		{Method: "DELETE", Path: v1 + "/uploads/:id", Access: Analyst, do: (*call).closeUpload},
		{Method: "POST", Path: v1 + "/uploads/:id/complete", Access: Analyst, long: true, do: (*call).completeUpload},
		{Method: "POST", Path: v1 + "/uploads/:id/files", Access: Analyst, do: (*call).addUploadFile},
		{Method: "HEAD", Path: v1 + "/uploads/:id/files/:file", Access: Analyst, do: (*call).uploadOffset},
		{Method: "PATCH", Path: v1 + "/uploads/:id/files/:file", Access: Analyst, long: true, do: (*call).appendUpload},
		{Method: "DELETE", Path: v1 + "/uploads/:id/files/:file", Access: Analyst, do: (*call).dropUploadFile},
	}
}

// runRoutes are about questions, their conversations and what is kept of them.
func runRoutes() []Route {
	return []Route{
		{Method: "POST", Path: v1 + "/chat", Access: Analyst, do: (*call).chat},
		{Method: "GET", Path: v1 + "/runs", Access: Viewer, do: (*call).listRuns},
		{Method: "POST", Path: v1 + "/runs", Access: Analyst, do: (*call).ask},
		{Method: "GET", Path: v1 + "/runs/:id", Access: Viewer, do: (*call).getRun},
		{Method: "GET", Path: v1 + "/runs/:id/events", Access: Viewer, do: (*call).events},
		{Method: "POST", Path: v1 + "/runs/:id/cancel", Access: Analyst, do: (*call).cancel},
		{Method: "POST", Path: v1 + "/runs/:id/reproduce", Access: Analyst, do: (*call).reproduce},
		{Method: "GET", Path: v1 + "/runs/:id/proof", Access: Viewer, do: (*call).proof},
		{Method: "GET", Path: v1 + "/runs/:id/result.json", Access: Viewer, do: (*call).resultJSON},
		{Method: "GET", Path: v1 + "/runs/:id/result.csv", Access: Viewer, do: (*call).resultCSV},
		{Method: "GET", Path: v1 + "/runs/:id/result.parquet", Access: Viewer, do: (*call).resultParquet},
		{Method: "POST", Path: v1 + "/runs/:id/verify", Access: Verifier, do: (*call).verifyRun},
		{Method: "POST", Path: v1 + "/runs/:id/test-case", Access: Analyst, do: (*call).saveCase},
		{Method: "POST", Path: v1 + "/plans/edits", Access: Analyst, do: (*call).planMenu},
		{Method: "POST", Path: v1 + "/plans/preview", Access: Analyst, do: (*call).planPreview},
		{Method: "GET", Path: v1 + "/threads", Access: Viewer, do: (*call).listThreads},
		{Method: "GET", Path: v1 + "/threads/:id", Access: Viewer, do: (*call).getThread},
		{Method: "PATCH", Path: v1 + "/threads/:id", Access: Analyst, do: (*call).changeThread},
		{Method: "DELETE", Path: v1 + "/threads/:id", Access: Analyst, do: (*call).deleteThread},
		{Method: "POST", Path: v1 + "/threads/:id/reset", Access: Analyst, do: (*call).resetThread},
		{Method: "DELETE", Path: v1 + "/threads/:id/names/:name", Access: Analyst, do: (*call).forgetName},

		{Method: "GET", Path: v1 + "/verified", Access: Viewer, do: (*call).listVerified},
		{Method: "GET", Path: v1 + "/verified/:id", Access: Viewer, do: (*call).getVerified},
		{Method: "DELETE", Path: v1 + "/verified/:id", Access: Verifier, do: (*call).deleteVerified},

		{Method: "GET", Path: v1 + "/test-cases", Access: Viewer, do: (*call).listCases},
		{Method: "GET", Path: v1 + "/test-cases/:id", Access: Viewer, do: (*call).getCase},
		{Method: "DELETE", Path: v1 + "/test-cases/:id", Access: Analyst, do: (*call).deleteCase},
	}
}

// auditRoutes are about what happened.
func auditRoutes() []Route {
	return []Route{
		{Method: "GET", Path: v1 + "/audit/counts", Access: Viewer, do: (*call).countRuns},
		{Method: "GET", Path: v1 + "/audit/names", Access: Viewer, do: (*call).runNames},
		{Method: "GET", Path: v1 + "/audit/runs", Access: Admin, long: true, do: (*call).auditRuns},
		{Method: "POST", Path: v1 + "/audit/check", Access: Admin, long: true, do: (*call).checkRuns},
		{Method: "GET", Path: v1 + "/audit/rebuild", Access: Admin, do: (*call).getRebuild},
		{Method: "POST", Path: v1 + "/audit/rebuild", Access: Admin, do: (*call).beginRebuild},
		{Method: "GET", Path: v1 + "/acts", Access: Admin, do: (*call).listActs},
		{Method: "GET", Path: v1 + "/audit/acts", Access: Admin, long: true, do: (*call).auditActs},
		{Method: "GET", Path: v1 + "/audit/events", Access: Admin, long: true, do: (*call).auditEvents},
		{Method: "GET", Path: v1 + "/audit/capsules", Access: Admin, long: true, do: (*call).auditCapsules},
	}
}
