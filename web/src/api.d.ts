// Made from gateway/api/openapi.json by `npm run types`. Do not edit.

export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The gateway can do its work */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures for Prometheus */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getOpenAPI"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document, to read */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who makes this request */
        get: operations["getSession"];
        put?: never;
        /**
         * Put a token into the session cookie
         * @description For browsers, whose event streams cannot send headers. The cookie is HttpOnly and SameSite=Strict.
         */
        post: operations["signIn"];
        /** Drop the session cookie */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the org's tokens */
        get: operations["listTokens"];
        put?: never;
        /** Create a token */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The token's id, not its secret. */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a token */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalog/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search the catalogue
         * @description Finds datasets, tables and columns by what they are called, mean and hold, and questions somebody vouched for. Words are compared by their stems and their letters, and, where embeddings are configured, by what they mean.
         */
        get: operations["searchCatalog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the datasets */
        get: operations["listDatasets"];
        put?: never;
        /**
         * Upload files as a dataset
         * @description Files are read as they arrive and nothing is visible before all of them are there. Without an id, one is made from the first file's name. A dataset of somebody else is never replaced.
         */
        post: operations["uploadDataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        /** One dataset */
        get: operations["getDataset"];
        put?: never;
        post?: never;
        /**
         * Delete a dataset
         * @description With all its versions, its files and what was said about it. Runs over it keep their answers and cannot be reproduced any more. Datasets that come with Leo cannot be deleted.
         */
        delete: operations["deleteDataset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{id}/schema": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        /** Tables, columns, profiles, relations */
        get: operations["getSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        /** How the files were read */
        get: operations["getReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{id}/prepare": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prepare a dataset again that failed, or that is to be read differently
         * @description With options, the same files are read again as a new version of the dataset, which becomes the newest; only its owner and administrators may do that. The version is made from the bytes and the options.
         */
        post: operations["prepareDataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your unfinished uploads
         * @description An admin sees those of the org.
         */
        get: operations["listUploads"];
        put?: never;
        /**
         * Begin a resumable upload
         * @description An upload is the files of one dataset. Announce them, send each in pieces, then complete the upload. It survives cut connections and restarts of Leo, and ends when nobody adds to it for 24 hours. Sizes, the number of files, free disk space and the number of open uploads are checked here, before a byte is sent.
         */
        post: operations["beginUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of an upload. */
                id: components["parameters"]["UploadID"];
            };
            cookie?: never;
        };
        /** Get an upload */
        get: operations["getUpload"];
        put?: never;
        post?: never;
        /**
         * Cancel an upload
         * @description What was sent is removed.
         */
        delete: operations["cancelUpload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of an upload. */
                id: components["parameters"]["UploadID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an upload a dataset
         * @description Every announced file must be whole. Repeating this is harmless.
         */
        post: operations["completeUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/{id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of an upload. */
                id: components["parameters"]["UploadID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Announce a file (tus creation) */
        post: operations["addUploadFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/{id}/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of an upload. */
                id: components["parameters"]["UploadID"];
                /** @description Id of a file of the upload. */
                file: components["parameters"]["UploadFileID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a file out of an upload (tus termination) */
        delete: operations["removeUploadFile"];
        options?: never;
        /** How far a file has come */
        head: operations["getUploadOffset"];
        /**
         * Send a piece of a file
         * @description The piece must begin where the file has come to. What arrived before a connection is cut stays; a piece with a checksum counts whole or not at all. A piece has 1 MiB at least, the end of the file excepted.
         */
        patch: operations["appendUpload"];
        trace?: never;
    };
    "/api/v1/datasets/{id}/curation": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        /**
         * What people said about a dataset
         * @description Descriptions and synonyms themselves are in the dataset and its schema; here are the relations with what speaks for them, and what has gone.
         */
        get: operations["getCuration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Say what a dataset means
         * @description Describes tables and columns, gives them synonyms, hides columns, decides about relations. It holds for the next question and for every version of the dataset, by the names of tables and columns; no preparation overwrites it. The dataset's owner may do it, verifiers and admins. A change that was not made on the newest revision is a conflict.
         */
        patch: operations["changeCuration"];
        trace?: never;
    };
    "/api/v1/datasets/{id}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        /**
         * How the catalogue of a dataset is kept
         * @description The sync that goes on or the last one, step by step, and those before it.
         */
        get: operations["getSync"];
        put?: never;
        /**
         * Bring the catalogue of a dataset up to date
         * @description Asks for a sync now. Only for its owner, verifiers and admins.
         */
        post: operations["askSync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        /** A dataset's versions */
        get: operations["listVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{id}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
                /** @description SHA-256 over the files' bytes, in hexadecimal. */
                version: string;
            };
            cookie?: never;
        };
        /** One version of a dataset */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        /**
         * Delete a version
         * @description Its files go with it. Runs over it keep their answers and cannot be reproduced any more. The current version cannot be deleted.
         */
        delete: operations["deleteVersion"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{id}/versions/{version}/snapshots/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
                /** @description SHA-256 over the files' bytes, in hexadecimal. */
                version: string;
                /** @description SHA-256 of the catalogue, as a planned event or a sync names it. */
                hash: string;
            };
            cookie?: never;
        };
        /**
         * The catalogue a question was planned on
         * @description Schema, profiles and relations with what people had said, as they were then. It never changes, and is deleted with its version.
         */
        get: operations["getSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{id}/versions/{version}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
                /** @description SHA-256 over the files' bytes, in hexadecimal. */
                version: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask about an older version again
         * @description Makes it the current version. Every run names the version it read, so runs of the past stay what they are.
         */
        post: operations["restoreVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List runs */
        get: operations["listRuns"];
        put?: never;
        /** Ask */
        post: operations["createRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask and stream in one call
         * @description Like POST /api/v1/runs followed by the run's events. A reader that is cut off goes on at the run's events with Last-Event-ID.
         */
        post: operations["chat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        /** The capsule of a run, finished or not */
        get: operations["getRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        /** Stream a run's events */
        get: operations["getRunEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a run
         * @description Analysts stop their own runs, admins any.
         */
        post: operations["cancelRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/reproduce": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run the same statement again */
        post: operations["reproduceRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/result.json": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        /** The full result as JSON */
        get: operations["getResultJson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/result.csv": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        /**
         * The full result as CSV
         * @description RFC 4180 with a header line; null is an empty cell. Cells that a spreadsheet would run as a formula get a leading apostrophe.
         */
        get: operations["getResultCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/result.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        /**
         * The full result as Parquet
         * @description One optional column per result column, typed as the engine typed it.
         */
        get: operations["getResultParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/threads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List conversations
         * @description Those with the newest run first, without the deleted ones.
         */
        get: operations["listThreads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/threads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A thread id. */
                id: components["parameters"]["ThreadID"];
            };
            cookie?: never;
        };
        /** What a new question of a conversation may refer to */
        get: operations["getThread"];
        put?: never;
        post?: never;
        /**
         * Take a conversation off the lists
         * @description Its runs stay in the log: the audit has them, and whoever knows the address of one can open it. PATCH with deleted set to false brings the conversation back. Who asked its first question may, and an admin. It is recorded as an act.
         */
        delete: operations["deleteThread"];
        options?: never;
        head?: never;
        /**
         * Rename, delete or restore a conversation
         * @description Who asked its first question may, and an admin. It is recorded as an act (GET /api/v1/audit/acts).
         */
        patch: operations["changeThread"];
        trace?: never;
    };
    "/api/v1/threads/{id}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A thread id. */
                id: components["parameters"]["ThreadID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start afresh in a conversation
         * @description Begins a run that says so in the conversation, as the question "start over" does. Later questions do not refine what was said before it; named results stay.
         */
        post: operations["resetThread"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/threads/{id}/names/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A thread id. */
                id: components["parameters"]["ThreadID"];
                /** @description The name of a result. */
                name: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove the name of a result
         * @description Begins a run that says so in the conversation, as the question "forget" with the name does.
         */
        delete: operations["forgetName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the stored events
         * @description What the stream has no more comes from the archive, where the gateway has one (archive_dir). A line with missing instead of data says what neither of them has.
         */
        get: operations["exportEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/capsules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the digests recorded when runs ended
         * @description from and to select by when the run ended. Compare with the capsules that the exported events fold to.
         */
        get: operations["exportCapsules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The limits in force */
        get: operations["getLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark a run's answer as verified
         * @description The answer must have been made from a plan, and the question must stand alone. A question that has a verified answer is a conflict unless that one is stale or the request says to replace it.
         */
        post: operations["verifyRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/test-case": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Save a run's answer as a test case */
        post: operations["saveTestCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/verified": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the verified answers */
        get: operations["listVerified"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/verified/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The verified answer's id. */
                id: string;
            };
            cookie?: never;
        };
        /** Read a verified answer */
        get: operations["getVerified"];
        put?: never;
        post?: never;
        /** Take the mark away */
        delete: operations["deleteVerified"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/test-cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List or export the test cases
         * @description The list comes in pages; the suite is whole.
         */
        get: operations["listTestCases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/test-cases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The test case's id, which is its run's. */
                id: string;
            };
            cookie?: never;
        };
        /** Read a test case */
        get: operations["getTestCase"];
        put?: never;
        post?: never;
        /**
         * Delete a test case
         * @description It is recorded as an act.
         */
        delete: operations["deleteTestCase"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/acts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export what people did that is no run
         * @description Verifying an answer, naming and deleting conversations, changing datasets, making and revoking tokens, signing in, exports and checks of the audit itself, rebuilds of the run list.
         */
        get: operations["exportActs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count runs */
        get: operations["countRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/names": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List who has asked, and about what */
        get: operations["listRunNames"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        /**
         * Check that a run is what was recorded
         * @description The server folds and hashes the run's stored events again. To check without trusting the server, download the capsule and run leo capsule verify.
         */
        get: operations["proveRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the list of runs
         * @description Newest first. Cells of CSV that a spreadsheet would run as a formula get a leading apostrophe. The export is recorded as an act.
         */
        get: operations["exportRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check many runs
         * @description As GET /api/v1/runs/{id}/proof, for the newest 10 000 runs that the filter selects. The answer grows while the check goes on, a line every 0.2 s; a line that holds an Error ends a check that cannot go on. It stops when its reader goes away. One check at a time; each is recorded as an act.
         */
        post: operations["checkRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/rebuild": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far the rebuild of the run list is
         * @description The rebuild under way, or the last one since this gateway began.
         */
        get: operations["getRebuild"];
        put?: never;
        /**
         * Rebuild the run list
         * @description Makes the run list of this gateway anew, from the archive where it has one and from the log, while the old list is used; the new one takes its place when it has caught up. What only the old list has is taken over: what was recorded of each run when it ended, and runs whose events are gone. One at a time; each is recorded as an act.
         */
        post: operations["beginRebuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/acts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what people did that is no run */
        get: operations["listActs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/edits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What the parts of a plan may become
         * @description Lists the plan's chips with what each is now, the columns, aggregations, periods and operators it may change to, and what may be added. Nothing is run.
         */
        post: operations["planMenu"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What an edit makes of a plan
         * @description Applies one edit, repairs what depends on it, and says what changed. The plan that comes back is valid and compiles; post it to /api/v1/runs with parent_run_id to run it, without a model. Nothing is run here.
         */
        post: operations["planPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/datasets/{id}/values": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        /**
         * Search the values of a column
         * @description Searches the values the catalogue holds: all of them where there are few, else the most frequent. The data itself is not read.
         */
        get: operations["columnValues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What went wrong, for a person and for a program. */
        Fault: {
            /**
             * @description A stable code; the list is closed.
             * @enum {string}
             */
            code: "VALIDATION_ERROR" | "SQL_POLICY_VIOLATION" | "PYTHON_POLICY_VIOLATION" | "PYTHON_EXECUTION_ERROR" | "RUNNER_TIMEOUT" | "RUNNER_RESOURCE_EXCEEDED" | "RUNNER_INTERNAL_ERROR" | "QUERY_ERROR" | "NOT_FOUND" | "UNAUTHENTICATED" | "FORBIDDEN" | "RATE_LIMITED" | "BUDGET_EXCEEDED" | "FEATURE_DISABLED" | "CONNECTION_ERROR" | "MODEL_ERROR" | "UNAVAILABLE" | "CANCELLED" | "CONFLICT" | "PAYLOAD_TOO_LARGE";
            /** @description One sentence: what happened. */
            message: string;
            /** @description One sentence: what to do about it. */
            hint?: string;
            /** @description For programs: a path, a limit, did_you_mean, retry_after_s. */
            details?: {
                [key: string]: unknown;
            };
        };
        /** @description The body of every response that is not a success. */
        Error: {
            error: components["schemas"]["Fault"] & {
                /** @description Also in the X-Request-Id header and in the server's log. */
                request_id: string;
            };
        };
        /** @description A table in a list. */
        TableSummary: {
            name: string;
            /** Format: int64 */
            rows: number;
            /** @description How many. */
            columns: number;
        };
        /** @description A dataset in a list. */
        DatasetSummary: {
            id: string;
            title: string;
            description?: string;
            state: components["schemas"]["DatasetState"];
            /** @description SHA-256 over the files' bytes, and over the options they are read with if there are any, in hexadecimal. */
            version: string;
            tables: components["schemas"]["TableSummary"][];
            /** Format: int64 */
            rows: number;
            /**
             * Format: int64
             * @description Records of the files that could not be read and were left out.
             */
            rejected: number;
            /**
             * Format: int64
             * @description Of the files.
             */
            bytes: number;
            /** @description Questions to start from. */
            prompts: string[];
            /** @description It comes with Leo. */
            demo: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            prepared_at?: string;
            /** @description Why a failed dataset failed. */
            fault?: components["schemas"]["Fault"];
            owner?: string;
            /** @description Who brought this version. */
            uploaded_by?: string;
            /** @description What a search found, the first six places. */
            matches?: components["schemas"]["DatasetMatch"][];
            progress?: components["schemas"]["PrepareProgress"];
        };
        /**
         * @description Only a ready dataset can be asked about.
         * @enum {string}
         */
        DatasetState: "registered" | "preparing" | "ready" | "failed";
        /** @description The org's datasets, by title. */
        DatasetList: {
            datasets: components["schemas"]["DatasetSummary"][];
        };
        /** @description One uploaded file and the table it becomes. */
        DatasetFile: {
            name: string;
            table: string;
            /** Format: int64 */
            bytes: number;
            sha256: string;
            /** @description How its tables are read, by table. */
            options?: {
                [key: string]: components["schemas"]["ReadOptions"];
            };
        };
        /** @description How the files of one version were read. */
        DatasetReport: {
            id: string;
            version: string;
            state: components["schemas"]["DatasetState"];
            /** @description Why it could not be prepared. */
            fault?: components["schemas"]["Fault"];
            /** @description One for each file, and for each sheet of a workbook; empty until they were read. */
            files: components["schemas"]["FileReport"][];
            /** @description Whether the reader may have them read differently, and add files. */
            may_reread: boolean;
        };
        /** @description How a file, or one sheet of it, was read into a table, and what was not. Records that held no data are said in the notes. */
        FileReport: {
            /** @description The name it was uploaded under. */
            file: string;
            /** @description The sheet of a workbook. */
            sheet?: string;
            /** @description The table it became. */
            table: string;
            /** @description The table of the file in `Dataset.files`: the same, but for the sheets of a workbook. */
            file_table: string;
            /** @enum {string} */
            format: "csv" | "jsonl" | "parquet" | "xlsx";
            /** @enum {string} */
            compression?: "gzip" | "zstd";
            encoding?: string;
            /** @description A tab is \t; empty: a line is one cell. */
            delimiter?: string;
            quote?: string;
            escape?: string;
            /**
             * Format: int64
             * @description The first line of the header; 0 without one.
             */
            header_line: number;
            /**
             * Format: int64
             * @description Records of data.
             */
            read: number;
            /**
             * Format: int64
             * @description Those that became rows.
             */
            kept: number;
            /**
             * Format: int64
             * @description Those that did not.
             */
            rejected: number;
            /**
             * Format: int64
             * @description Values that do not have the type their column was given.
             */
            failed_cells: number;
            /** @description The first of the rejected records. */
            rejects: components["schemas"]["Reject"][];
            /** @description Those of the file, in its order, also the ones that were dropped. */
            columns: components["schemas"]["ReportColumn"][];
            /** @description What was repaired or left out, and why a column has the type it has. */
            notes: string[];
            /** @description Those it was read with. */
            options?: components["schemas"]["ReadOptions"];
        };
        /** @description One column of a file. */
        ReportColumn: {
            /** @description Its name as it was found. */
            source: string;
            /** @description Its name in the table; empty if it was dropped. */
            name: string;
            /** @enum {string} */
            type: "integer" | "decimal" | "text" | "boolean" | "date" | "timestamp" | "time" | "other";
            /** @description A person chose the type. */
            given?: boolean;
            /** Format: int64 */
            nulls: number;
            /**
             * Format: int64
             * @description Values that do not have the type.
             */
            failed: number;
        };
        /** @description How the files are to be read from now on. */
        PrepareRequest: {
            /** @description By table; they replace all that were there. Absent: they stay. */
            options?: {
                [key: string]: components["schemas"]["ReadOptions"];
            };
        };
        /** @description How a file is read, where a person knows better than what was found. What is absent is found out. */
        ReadOptions: {
            /** @description Separates cells: one character of ASCII, \t for a tab, or none. */
            delimiter?: string;
            /** @description Encloses cells: one character of ASCII, or none. */
            quote?: string;
            /** @description utf-8, utf-16le, utf-16be, or a label of the WHATWG Encoding Standard. */
            encoding?: string;
            /** @description Lines to leave out at the beginning. */
            skip?: number;
            /** @description The line of the header, from 1 behind the lines that are skipped; 0: there is none. */
            header?: number;
            /**
             * @description What stands before decimals.
             * @enum {string}
             */
            decimal?: "," | ".";
            /** @description Words that stand for no value. */
            nulls?: string[];
            /** @enum {string} */
            date_order?: "dmy" | "mdy" | "ymd";
            columns?: components["schemas"]["ColumnOptions"][];
        };
        /** @description Changes one column of a file. */
        ColumnOptions: {
            /** @description The name it was found under. */
            column: string;
            /** @description What it is called instead. */
            name?: string;
            /**
             * @description The type its values must have; a row with another value is rejected, and counted.
             * @enum {string}
             */
            type?: "text" | "integer" | "decimal" | "float" | "boolean" | "date" | "timestamp";
            /** @description Leave it out. */
            drop?: boolean;
        };
        /** @description The read-only database runs open. */
        PreparedDataset: {
            /** Format: int64 */
            bytes: number;
            sha256: string;
            engine: string;
        };
        /** @description One version of a dataset. */
        Dataset: {
            id: string;
            title: string;
            description?: string;
            version: string;
            /** @description SHA-256 over the files' bytes alone. Absent: it is the version. */
            content?: string;
            state: components["schemas"]["DatasetState"];
            fault?: components["schemas"]["Fault"];
            files: components["schemas"]["DatasetFile"][];
            tables?: components["schemas"]["Table"][];
            relations?: components["schemas"]["Relation"][];
            prompts?: string[];
            prepared?: components["schemas"]["PreparedDataset"];
            owner?: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            prepared_at?: string;
            demo?: boolean;
            /** @description Who brought this version. */
            uploaded_by?: string;
            progress?: components["schemas"]["PrepareProgress"];
        };
        /** @description What a dataset's tables hold. */
        Schema: {
            id: string;
            version: string;
            tables: components["schemas"]["Table"][];
            relations: components["schemas"]["Relation"][];
        };
        /** @description One table. */
        Table: {
            name: string;
            title?: string;
            description?: string;
            /**
             * @description Who wrote the description; absent: it came with the dataset.
             * @enum {string}
             */
            described_by?: "rules" | "model" | "person";
            synonyms?: string[];
            /** Format: int64 */
            rows: number;
            columns: components["schemas"]["Column"][];
            /** @description The primary key's columns. */
            key?: string[];
            /**
             * Format: int64
             * @description Input lines left out at preparation.
             */
            rejected?: number;
            /** @description The first of them. */
            rejects?: components["schemas"]["Reject"][];
            /** @description What the reader detected of the file. */
            format?: {
                [key: string]: string;
            };
            /** @description The first rows, as text in the order of the columns, null where a cell is empty; long cells are cut. Absent in versions prepared before there were samples. */
            sample?: (string | null)[][];
        };
        /** @description An input line that was left out. */
        Reject: {
            /** Format: int64 */
            line: number;
            column?: string;
            message: string;
            /** @description The beginning of what stands there. */
            sample?: string;
        };
        /** @description One column of a table. */
        Column: {
            name: string;
            /** @enum {string} */
            type: "integer" | "decimal" | "text" | "boolean" | "date" | "timestamp" | "time" | "other";
            engine_type: string;
            description?: string;
            /**
             * @description Who wrote the description; absent: it came with the dataset.
             * @enum {string}
             */
            described_by?: "rules" | "model" | "person";
            synonyms?: string[];
            unit?: string;
            profile?: components["schemas"]["Profile"];
            /** @description Questions do not look at it. */
            hidden?: boolean;
        };
        /** @description What a column holds. */
        Profile: {
            /** Format: int64 */
            nulls: number;
            /**
             * Format: int64
             * @description Approximate above 10 000.
             */
            distinct: number;
            min?: string;
            max?: string;
            /** @description The most frequent values. */
            top?: components["schemas"]["ValueCount"][];
            /** @description There are no other values than top's. */
            complete?: boolean;
            /** @description Absent for types that have none, and in versions prepared before there were any. */
            histogram?: components["schemas"]["Histogram"];
        };
        /** @description A value, as text, and how often it occurs. */
        ValueCount: {
            value: string;
            /** Format: int64 */
            count: number;
        };
        /** @description A place in a dataset that a search found. */
        DatasetMatch: {
            /** @description Absent where the dataset itself was found. */
            table?: string;
            /** @description Absent where a table was found. */
            column?: string;
            /**
             * @description What holds the words.
             * @enum {string}
             */
            in: "name" | "title" | "description" | "synonyms";
            /** @description What was found. */
            text: string;
        };
        /** @description How the values of a column spread over bins of equal width. */
        Histogram: {
            /**
             * @description What was measured: the values of numbers and dates, the lengths of texts in characters.
             * @enum {string}
             */
            of: "value" | "length";
            /** @description Where the first bin begins. */
            low: string;
            /** @description Where the last bin ends. */
            high: string;
            /** @description At most 20. */
            counts: number[];
        };
        /** @description What people said about a dataset, and what is to be decided about it. */
        Curation: {
            dataset_id: string;
            /** @description The current one, which the rest is about. */
            version: string;
            /**
             * Format: int64
             * @description Goes into the next change.
             */
            revision: number;
            updated_by?: string;
            /** Format: date-time */
            updated_at?: string;
            /** @description The reader may change it. */
            may_edit: boolean;
            /** @description The reader may delete the dataset and its older versions. */
            may_delete: boolean;
            relations: components["schemas"]["CuratedRelation"][];
            /** @description What people spoke of and the current version does not have. It is kept in case that a later one has it again. */
            gone: components["schemas"]["Gone"][];
        };
        /** @description A relation with what speaks for it. */
        CuratedRelation: {
            from_table: string;
            from_columns: string[];
            to_table: string;
            to_columns: string[];
            /**
             * @description A found relation is a guess that nobody has looked at, a declared one came with the dataset, an added one is a person's. All but rejected ones are followed.
             * @enum {string}
             */
            state: "found" | "declared" | "added" | "confirmed" | "rejected";
            /** @description Of the guess, 0 to 1. */
            confidence: number;
            evidence: components["schemas"]["Evidence"];
            /** @description The current version has all its columns. */
            present: boolean;
        };
        /** @description What the profiles say for or against a relation. */
        Evidence: {
            /**
             * @description What was compared: the listed values of both columns, their ranges, or nothing but their names.
             * @enum {string}
             */
            basis: "values" | "range" | "name";
            /** @description How many listed values the pointing column has, where values were compared. */
            values: number;
            /** @description How many of them the other column has. */
            matched: number;
            /** @description Where ranges were compared: one lies within the other. */
            inside: boolean;
            /** @description No two rows of the table pointed to have the same value, as far as the profile knows. */
            unique: boolean;
            /**
             * Format: int64
             * @description Rows that point nowhere because the column is empty there.
             */
            empty: number;
        };
        /** @description A table, or a column of one, that people spoke of and the dataset does not have. */
        Gone: {
            table: string;
            /** @description Absent where the whole table is gone. */
            column?: string;
        };
        /** @description Says something about a dataset. What is left out stays as it is; an empty text or list says that there is none. */
        CurationChange: {
            /**
             * Format: int64
             * @description Of the curation the change was made on.
             */
            revision: number;
            title?: string;
            description?: string;
            /** @description Questions to start from, at most 8. */
            prompts?: string[];
            tables?: components["schemas"]["TableWords"][];
            relations?: components["schemas"]["RelationVerdict"][];
            /** @description Drop what was said about tables and columns the current version does not have. */
            forget_gone?: boolean;
        };
        /** @description What people say about one table. */
        TableWords: {
            name: string;
            title?: string;
            description?: string;
            /** @description At most 20. */
            synonyms?: string[];
            columns?: components["schemas"]["ColumnWords"][];
        };
        /** @description What people say about one column. */
        ColumnWords: {
            name: string;
            description?: string;
            /** @description At most 20. */
            synonyms?: string[];
            unit?: string;
            /** @description Questions do not look at it. A column that a relation goes by is still used for that. */
            hidden?: boolean;
        };
        /** @description A decision about a relation. */
        RelationVerdict: {
            from_table: string;
            from_columns: string[];
            to_table: string;
            to_columns: string[];
            /**
             * @description undecided takes an earlier decision back.
             * @enum {string}
             */
            verdict: "added" | "confirmed" | "rejected" | "undecided";
        };
        /** @description A version of a dataset. */
        DatasetVersion: {
            version: string;
            /** @description Questions are asked about this one. */
            current: boolean;
            state: components["schemas"]["DatasetState"];
            fault?: components["schemas"]["Fault"];
            files: components["schemas"]["DatasetFile"][];
            tables: number;
            /** Format: int64 */
            rows: number;
            /**
             * Format: int64
             * @description Lines left out at preparation.
             */
            rejected: number;
            /**
             * Format: int64
             * @description Of the files.
             */
            bytes: number;
            uploaded_by?: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            prepared_at?: string;
        };
        /** @description A dataset's versions, newest upload first. */
        VersionList: {
            versions: components["schemas"]["DatasetVersion"][];
        };
        /** @description Makes an older version the current one. */
        RestoreRequest: {
            /** @description The version that is to be replaced. */
            current: string;
        };
        /** @description A many-to-one link: each row of from_table has at most one row of to_table. */
        Relation: {
            from_table: string;
            from_columns: string[];
            to_table: string;
            to_columns: string[];
            /** @enum {string} */
            origin: "declared" | "discovered";
            confidence: number;
            overlap?: components["schemas"]["Overlap"];
        };
        /** @description What was counted about a guessed relation over all rows. */
        Overlap: {
            /** @description Rows of the pointing table. */
            rows: number;
            /** @description Rows that point nowhere because the column is empty. */
            empty: number;
            /** @description Rows that point to what is not there. */
            orphans: number;
            /** @description Different values that point. */
            values: number;
            /** @description How many of them are found. */
            matched: number;
            /** @description Values of the column pointed to that stand in several rows. */
            repeated: number;
        };
        /** @description One step of a sync. */
        SyncStep: {
            /** @description profile, relate, describe, publish or embed. */
            name: string;
            /** @enum {string} */
            state: "waiting" | "running" | "done" | "skipped" | "failed";
            /**
             * Format: date-time
             * @description When it began.
             */
            began?: string;
            /**
             * Format: date-time
             * @description When it ended.
             */
            ended?: string;
            /** @description How many things it changed. */
            changed: number;
            /** @description What it did, in a sentence. */
            detail?: string;
            fault?: components["schemas"]["Fault"];
        };
        /** @description One time that the catalogue of a dataset was brought up to date. */
        Sync: {
            id: string;
            /** @description The version it was about. */
            version: string;
            /**
             * @description A new version, what people said, somebody's wish, the schedule, a step that had failed, or a search index that has none of it.
             * @enum {string}
             */
            reason: "version" | "curation" | "asked" | "schedule" | "retry" | "index";
            /** @description Who asked for it. */
            by?: string;
            /** @description Revision of what people had said when it began. */
            curation?: number;
            /**
             * Format: date-time
             * @description When it began.
             */
            began: string;
            /**
             * Format: date-time
             * @description When it ended; absent while it goes on.
             */
            ended?: string;
            steps: components["schemas"]["SyncStep"][];
            /** @description Hash of the catalogue it published. */
            snapshot?: string;
        };
        /** @description Somebody's wish for a sync. */
        SyncWish: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Who. */
            by: string;
        };
        /** @description How the catalogue of a dataset is kept. */
        DatasetSync: {
            dataset_id: string;
            current?: components["schemas"]["Sync"];
            /** @description Those before it, the newest first, ten at most. */
            past: components["schemas"]["Sync"][];
            asked?: components["schemas"]["SyncWish"];
            /** @description Whether the reader may ask for one. */
            may_ask: boolean;
        };
        /** @description A question, plan, SQL or Python about a dataset. Exactly one of the four is set; unknown fields are refused. */
        RunRequest: {
            dataset_id: string;
            /** @description Continue this conversation. */
            thread_id?: string;
            /** @description The run this one follows up or edits. */
            parent_run_id?: string;
            /** @description Plain language, 8 KiB at most by default. */
            question?: string;
            /** @description A QueryPlan, version 1. */
            plan?: {
                [key: string]: unknown;
            };
            sql?: string;
            python?: string;
            limits?: components["schemas"]["RequestLimits"];
            context?: components["schemas"]["RequestContext"];
            /** @description The clock of relative periods: a date or an RFC 3339 time. Default: now. */
            as_of?: string;
            /** @description Compute the result now, even where the same statement ran before over the same version of the data. Default: false. */
            fresh?: boolean;
        } & (unknown | unknown | unknown | unknown);
        /** @description 0 or absent means the default; more than the maximum is refused. See GET /api/v1/limits. */
        RequestLimits: {
            max_rows?: number;
            timeout_ms?: number;
            max_output_bytes?: number;
            memory_mb?: number;
        };
        /** @description What a question may refer to besides itself. */
        RequestContext: {
            /** @description Earlier utterances, oldest first; 50 at most. */
            turns?: string[];
            instructions?: string;
            constraints?: string;
            answer_format?: string;
        };
        /** @description A run that was accepted. */
        Begun: {
            run_id: string;
            thread_id: string;
            events_url: string;
            run_url: string;
            /** @description The run's first event, for whoever would wait for its stream to tell it; a stream opened after its seq misses nothing. Absent when another try of the same request was writing it at this moment. */
            asked?: components["schemas"]["FirstEvent"];
        };
        /** @description The asked event of a run. */
        FirstEvent: {
            /** Format: int64 */
            seq: number;
            /** @description The stored event, byte for byte but for white space. */
            data: components["schemas"]["Event"];
        };
        /** @description A run that was stopped. */
        Cancelling: {
            run_id: string;
            /** @constant */
            status: "cancelled";
        };
        /**
         * @description pending and running runs go on; the others have ended.
         * @enum {string}
         */
        RunStatus: "pending" | "running" | "succeeded" | "failed" | "rejected" | "cancelled" | "needs_input";
        /** @description A run in a list. */
        RunSummary: {
            run_id: string;
            status: components["schemas"]["RunStatus"];
            /** @enum {string} */
            request_kind: "question" | "plan" | "sql" | "python";
            question?: string;
            /** @description What is computed, in plain English. */
            sentence?: string;
            dataset_id: string;
            dataset_version_hash: string;
            thread_id?: string;
            parent_run_id?: string;
            user: string;
            /** Format: date-time */
            asked_at: string;
            /** Format: date-time */
            finished_at?: string;
            /** @description From asked to finished, in milliseconds. */
            ms?: number;
            /** Format: int64 */
            row_count?: number;
            text?: string;
            error?: components["schemas"]["Fault"];
            origin?: components["schemas"]["Origin"];
            road?: components["schemas"]["Road"];
            /** @description hit, miss or off. */
            cache?: string;
        };
        /** @description A page of runs, newest first. */
        RunList: {
            runs: components["schemas"]["RunSummary"][];
            /** @description Send it as cursor to get the next page; absent on the last. */
            next_cursor?: string;
        };
        /** @description A conversation. */
        Thread: {
            thread_id: string;
            /** @description What somebody called it, or else its first question, or what its first run computed. */
            title: string;
            runs: number;
            /** @description Who asked its first question. */
            user: string;
            /** Format: date-time */
            last_at: string;
            /** @description Its newest run. */
            last_run_id: string;
            status: components["schemas"]["RunStatus"];
            dataset_id: string;
        };
        /** @description A page of conversations, those with the newest run first. */
        ThreadList: {
            threads: components["schemas"]["Thread"][];
            /** @description Send it as cursor to get the next page; absent on the last. */
            next_cursor?: string;
        };
        /** @description What a new question of a thread may refer to. */
        ThreadContext: {
            thread_id: string;
            /** @description What somebody called it; absent when nobody did. */
            title?: string;
            /**
             * Format: date-time
             * @description When it was taken off the lists; absent when it is on them.
             */
            deleted_at?: string;
            /** @description The dataset of the thread's newest run. */
            dataset_id: string;
            previous?: components["schemas"]["Previous"];
            named: components["schemas"]["NamedPlan"][];
        };
        /** @description What to change of a conversation. Absent fields stay as they are. */
        ThreadEdit: {
            /** @description What to call it, one line; an empty title goes back to its first question. */
            title?: string;
            /** @description true takes it off the lists and searches, false puts it back. */
            deleted?: boolean;
        };
        /** @description A column of a result; type is the engine's. */
        ResultColumn: {
            name: string;
            type: string;
        };
        /** @description The full result of a run. */
        Result: {
            columns: components["schemas"]["ResultColumn"][];
            rows: (null | boolean | string | number)[][];
            row_count: number;
            truncated: boolean;
            /** @enum {string} */
            truncated_by?: "rows" | "bytes";
        };
        /** @description What is known of an API token; never the secret. */
        Token: {
            id: string;
            org: string;
            name: string;
            role: components["schemas"]["Role"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at?: string;
            /** Format: date-time */
            revoked_at?: string;
        };
        /**
         * @description viewer reads; analyst asks, uploads and cancels their own; verifier also vouches for answers; admin does everything in the org.
         * @enum {string}
         */
        Role: "viewer" | "analyst" | "verifier" | "admin";
        /** @description A token to create, in the caller's org. */
        TokenRequest: {
            name: string;
            role: components["schemas"]["Role"];
            /** @description A duration such as 720h; absent means never. */
            expires_in?: string;
        };
        /** @description A new token; its secret is shown here and never again. */
        CreatedToken: components["schemas"]["Token"] & {
            /** @description leo_ and 43 characters of base64url. */
            token: string;
        };
        /** @description The org's tokens, oldest first, with revoked and expired ones. */
        TokenList: {
            tokens: components["schemas"]["Token"][];
        };
        /** @description A token to keep in the session cookie. */
        SignIn: {
            token: string;
        };
        /** @description Who makes this request. */
        Session: {
            org: string;
            user: string;
            role: components["schemas"]["Role"];
            token_id?: string;
            /** @enum {string} */
            mode: "local" | "token";
        };
        /** @description The limits in force. */
        PolicyLimits: {
            /** @description What a run gets that asks for nothing. */
            default: components["schemas"]["Limits"];
            /** @description The most a run can ask for. */
            max: components["schemas"]["Limits"];
            max_question_bytes: number;
            max_statement_bytes: number;
            max_steps: number;
            run_deadline_ms: number;
            /** @description Whether Python is accepted. */
            python: boolean;
            uploads: components["schemas"]["UploadLimits"];
        };
        /** @description Whether the gateway can do its work. */
        Readiness: {
            /** @enum {string} */
            status: "ready" | "not ready";
            checks: components["schemas"]["Check"][];
        };
        /** @description One thing the gateway needs. */
        Check: {
            name: string;
            ok: boolean;
            detail?: string;
        };
        /** @description The process answers. */
        Health: {
            /** @constant */
            status: "ok";
        };
        /** @description The immutable record of a run: what its events say, and the events themselves under a SHA-256 chain. */
        Capsule: {
            capsule_version: number;
            run_id: string;
            status: components["schemas"]["RunStatus"];
            times: components["schemas"]["Times"];
            org: string;
            user: string;
            thread_id?: string;
            parent_run_id?: string;
            dataset_id: string;
            dataset_version_hash: string;
            /** @enum {string} */
            request_kind: "question" | "plan" | "sql" | "python";
            question?: string;
            /** @description A QueryPlan, version 1. */
            plan_json?: {
                [key: string]: unknown;
            };
            compiled_sql?: string;
            python_code?: string;
            query_type?: string;
            sentence?: string;
            origin?: components["schemas"]["Origin"];
            interpretation?: components["schemas"]["Chip"][];
            /** @description The executor. */
            runner_mode?: string;
            resource_limits: components["schemas"]["Limits"];
            result_preview?: components["schemas"]["Preview"];
            result?: components["schemas"]["ObjectRef"];
            stats: components["schemas"]["Stats"];
            stdout: string;
            stderr: string;
            error?: components["schemas"]["Fault"];
            answer?: components["schemas"]["Answer"];
            readings?: components["schemas"]["Reading"][];
            trust?: components["schemas"]["Trust"];
            usage?: components["schemas"]["Usage"];
            chain: components["schemas"]["Chain"];
        };
        /** @description When the newest step reached each state. */
        Times: {
            /** Format: date-time */
            asked_at: string;
            /** Format: date-time */
            planned_at?: string;
            /** Format: date-time */
            started_at?: string;
            /** Format: date-time */
            executed_at?: string;
            /** Format: date-time */
            finished_at?: string;
        };
        /** @description The part of a result that travels with the capsule. */
        Preview: {
            columns: components["schemas"]["ResultColumn"][];
            rows: (null | boolean | string | number)[][];
            row_count: number;
            truncated: boolean;
            truncated_by?: string;
        };
        /** @description The figures of a run. */
        Stats: {
            /** Format: int64 */
            rows_read?: number;
            /** Format: int64 */
            rows_kept?: number;
            /** @description hit, miss or off. */
            cache?: string;
            /**
             * Format: date-time
             * @description When a result that was found (cache is hit) had been computed.
             */
            cached_at?: string;
            engine?: string;
            /** @description The sandbox was waiting, with its dataset open. */
            warm?: boolean;
            timings: components["schemas"]["Timings"];
            steps: number;
        };
        /** @description What the person was shown. */
        Answer: {
            text: string;
            refs?: components["schemas"]["Ref"][];
            chart?: components["schemas"]["Chart"];
            follow_ups?: string[];
            /** @description What a person reads above columns of the result, by the columns' names; a column without one is called by its name. */
            labels?: {
                [key: string]: string;
            };
        };
        /** @description Proves that no event of the run was changed, added or left out. */
        Chain: {
            /** @constant */
            algorithm: "sha256";
            head: string;
            events: components["schemas"]["Link"][];
        };
        /** @description One event of the chain. */
        Link: {
            /** Format: int64 */
            seq: number;
            subject: string;
            hash: string;
            /** @description The stored event, byte for byte but for white space. */
            data: components["schemas"]["Event"];
        };
        /** @description A fact about a run, as it is stored and as it is sent in the data of a server-sent event. */
        Event: {
            /**
             * @description Kind and version of the body.
             * @enum {string}
             */
            schema: "asked/1" | "planned/1" | "rejected/1" | "started/1" | "executed/1" | "failed/1" | "answered/1" | "needs_input/1" | "cancelled/1";
            org: string;
            run_id: string;
            /** @description Counts the planned-executed rounds, from 0 at asked. */
            step: number;
            /** Format: date-time */
            time: string;
            /** @description Who wrote it. */
            by?: string;
            /**
             * Format: int64
             * @description Sequence of the event that led to this one.
             */
            cause?: number;
            body: components["schemas"]["Asked"] | components["schemas"]["Planned"] | components["schemas"]["Rejected"] | components["schemas"]["Started"] | components["schemas"]["Executed"] | components["schemas"]["Failed"] | components["schemas"]["Answered"] | components["schemas"]["NeedsInput"] | components["schemas"]["Cancelled"];
        };
        /** @description Opens a run. */
        Asked: {
            user: string;
            thread_id?: string;
            parent_run_id?: string;
            dataset: components["schemas"]["DatasetRef"];
            request: components["schemas"]["AskedRequest"];
            limits: components["schemas"]["Limits"];
            /** @description The result was to be computed, whatever was computed before. */
            fresh?: boolean;
            context?: components["schemas"]["Context"];
            /**
             * Format: date-time
             * @description When the supervisor ends the run if nothing else has.
             */
            deadline: string;
            idempotency_key?: string;
        };
        /** @description Pins a run to one version of one dataset. */
        DatasetRef: {
            id: string;
            version: string;
        };
        /** @description What was asked: exactly one field is set. */
        AskedRequest: {
            question?: string;
            /** @description A QueryPlan, version 1. */
            plan?: {
                [key: string]: unknown;
            };
            sql?: string;
            python?: string;
        };
        /** @description What a question may refer to besides itself. */
        Context: {
            turns?: string[];
            instructions?: string;
            constraints?: string;
            answer_format?: string;
            /** Format: date-time */
            as_of?: string;
            previous?: components["schemas"]["Previous"];
            /** @description The thread's named results, oldest first. */
            named?: components["schemas"]["NamedPlan"][];
            chosen?: components["schemas"]["Chosen"];
            edited?: components["schemas"]["Edited"];
            again?: components["schemas"]["Again"];
        };
        /** @description Says that the plan asked for is a reading the run's parent offered. */
        Chosen: {
            run_id: string;
            /** @description The chart type the question asked for. */
            chart?: string;
            channels?: components["schemas"]["Channels"];
            /** @description Why no model planned the question that was read so. */
            model_fault?: components["schemas"]["Fault"];
        };
        /** @description The thread's last answer, which a question may refine. */
        Previous: {
            run_id: string;
            sentence?: string;
            /** @description A QueryPlan, version 1. */
            plan: {
                [key: string]: unknown;
            };
        };
        /** @description A result that was given a name: the plan that makes it, never its rows. */
        NamedPlan: {
            name: string;
            /** @description The run whose result it is. */
            run_id: string;
            sentence?: string;
            /** @description A QueryPlan, version 1. */
            plan: {
                [key: string]: unknown;
            };
        };
        /** @description What an utterance did to its thread instead of asking something; exactly one field is set. */
        ThreadChange: {
            /** @description Nothing said before is refined any more. Named results stay. */
            reset?: boolean;
            named?: components["schemas"]["NamedPlan"];
            /** @description A name that was removed. */
            forgot?: string;
        };
        /** @description The answer a plan goes on from. */
        Continued: {
            run_id?: string;
            sentence?: string;
        };
        /** @description The bounds of one run. */
        Limits: {
            max_rows: number;
            timeout_ms: number;
            max_output_bytes: number;
            memory_mb: number;
        };
        /**
         * @description How a statement was made.
         * @enum {string}
         */
        Origin: "verified" | "rules" | "model" | "person";
        /**
         * @description How a statement was made, and by whom.
         * @enum {string}
         */
        Road: "verified" | "plan_by_rules" | "plan_by_model" | "sql_by_model" | "python_by_model" | "plan_by_person" | "sql_by_person" | "python_by_person";
        /** @description What will run. */
        Planned: {
            /** @enum {string} */
            query_type: "sql" | "python";
            /** @description A QueryPlan, version 1. */
            plan?: {
                [key: string]: unknown;
            };
            sql?: string;
            /** @description The compiler's own count of rows read and kept. */
            counts_sql?: string;
            python?: string;
            dialect?: string;
            tables?: string[];
            sentence: string;
            origin: components["schemas"]["Origin"];
            /** @description 0 to 1. */
            confidence: number;
            continues?: components["schemas"]["Continued"];
            verified?: components["schemas"]["Verified"];
            interpretation?: components["schemas"]["Chip"][];
            /** @description The chart the question asked for by name. */
            chart?: string;
            channels?: components["schemas"]["Channels"];
            limits: components["schemas"]["Limits"];
            plan_ms: number;
            model?: components["schemas"]["ModelStep"];
            /** @description A statement that is refused or does not run comes back as executed with a fault, for another try. */
            repairable?: boolean;
            edited?: components["schemas"]["Edited"];
        };
        /** @description What a model did on the way to one statement. */
        ModelStep: {
            turns: components["schemas"]["ModelTurn"][];
            usage: components["schemas"]["ModelUsage"];
        };
        /** @description One message of the model. */
        ModelTurn: {
            text?: string;
            calls: components["schemas"]["ModelCall"][];
        };
        /** @description One use of a tool, as the model wrote it. */
        ModelCall: {
            id: string;
            tool: string;
            arguments: string;
        };
        /** @description What asking a model cost. */
        ModelUsage: {
            model: string;
            input_tokens: number;
            output_tokens: number;
            cost_usd: number;
            requests: number;
            ms: number;
        };
        /** @description The verified answer whose plan was used again, and who vouched for it. */
        Verified: {
            id: string;
            owner: string;
            /** Format: date-time */
            at: string;
            /** @description The question it was verified for. */
            question: string;
        };
        /** @description One part of the interpretation a person can read and edit. */
        Chip: {
            /** @description measure, dimension, filter, range, order or limit */
            kind: string;
            label: string;
            /** @description JSON pointer into the plan. */
            path: string;
        };
        /** @enum {string} */
        Stage: "planning" | "checking" | "executing" | "answering" | "supervising";
        /** @description Ends a run that is not allowed or not understood. */
        Rejected: {
            stage: components["schemas"]["Stage"];
            fault: components["schemas"]["Fault"];
            /** @description The words that were not understood. */
            words?: string[];
            usage?: components["schemas"]["Usage"];
        };
        /** @description A sandbox has the statement. */
        Started: {
            executor: string;
            sandbox_id: string;
            attempt: number;
        };
        /** @description The result of a statement. */
        Executed: {
            columns: components["schemas"]["ResultColumn"][];
            /** @description The first rows, 200 and 96 KiB at most. */
            preview: (null | boolean | string | number)[][];
            row_count: number;
            truncated: boolean;
            truncated_by?: string;
            /** Format: int64 */
            rows_read?: number;
            /** Format: int64 */
            rows_kept?: number;
            result?: components["schemas"]["ObjectRef"];
            executor: string;
            /** @description hit, miss or off */
            cache: string;
            /**
             * Format: date-time
             * @description When a result that was found (cache is hit) had been computed.
             */
            cached_at?: string;
            engine?: string;
            /** @description The sandbox was waiting, with its dataset open. */
            warm?: boolean;
            timings: components["schemas"]["Timings"];
            stdout?: string;
            stderr?: string;
            fault?: components["schemas"]["Fault"];
        };
        /** @description Where the full result is kept. */
        ObjectRef: {
            bucket: string;
            key: string;
            /** Format: int64 */
            bytes: number;
            sha256: string;
        };
        /** @description In milliseconds. */
        Timings: {
            queue_ms: number;
            prepare_ms: number;
            exec_ms: number;
            total_ms: number;
        };
        /** @description Ends a run that broke. */
        Failed: {
            stage: components["schemas"]["Stage"];
            fault: components["schemas"]["Fault"];
            stdout?: string;
            stderr?: string;
            usage?: components["schemas"]["Usage"];
        };
        /** @description Ends a run that succeeded. */
        Answered: {
            text: string;
            refs?: components["schemas"]["Ref"][];
            chart?: components["schemas"]["Chart"];
            follow_ups?: string[];
            /** @description What a person reads above columns of the result, by the columns' names; a column without one is called by its name. */
            labels?: {
                [key: string]: string;
            };
            thread?: components["schemas"]["ThreadChange"];
            trust: components["schemas"]["Trust"];
            usage: components["schemas"]["Usage"];
        };
        /** @description Binds a figure in the text to its cell; start and end are UTF-16 offsets. */
        Ref: {
            start: number;
            end: number;
            row: number;
            column: string;
        };
        /** @description The columns of the plan to which the question gives a place in its chart. */
        Channels: {
            x?: string;
            color?: string;
            facet?: string;
        };
        /** @description A chart of the result. */
        Chart: {
            /** @description bar, line, area, scatter, histogram, pie, number or table */
            type: string;
            x?: string;
            y?: string[];
            /** @description The column that splits the data into series. */
            color?: string;
            /** @description The column that splits the chart into small ones on the same axes. */
            facet?: string;
            stacked?: boolean;
            /** @description What y is of the rows behind it: sum, avg, count and so on; absent where rows are drawn as they are. */
            aggregate?: string;
            /** @description The width of a histogram's bins; x holds where each bin starts. */
            bin_width?: number;
            title?: string;
            reason?: string;
        };
        /** @description What lets a person believe an answer, or not. */
        Trust: {
            sentence: string;
            origin: components["schemas"]["Origin"];
            verified?: components["schemas"]["Verified"];
            /** @description How sure the planner is of its reading, 0 to 1; 1 for what a person wrote. */
            confidence?: number;
            dataset_version: string;
            /** Format: int64 */
            rows_read?: number;
            /** Format: int64 */
            rows_kept?: number;
            /** Format: int64 */
            rows_dropped?: number;
            complete: boolean;
            checks?: components["schemas"]["TrustCheck"][];
            road?: components["schemas"]["Road"];
        };
        /** @description One thing that was verified. */
        TrustCheck: {
            name: string;
            /** @description pass, warn or fail */
            outcome: string;
            detail?: string;
        };
        /** @description What a run cost; times in milliseconds. */
        Usage: {
            input_tokens: number;
            output_tokens: number;
            cost_usd: number;
            model?: string;
            plan_ms: number;
            exec_ms: number;
            answer_ms: number;
            total_ms: number;
            /** @description Time spent waiting for the model; part of plan_ms and answer_ms. */
            model_ms?: number;
        };
        /** @description Ends a run whose question has several readings, or one that is not sure enough to run unasked. */
        NeedsInput: {
            question: string;
            readings: components["schemas"]["Reading"][];
            /** @description Why the model that was asked first planned nothing, so that the readings are by the rules. */
            model_fault?: components["schemas"]["Fault"];
            usage?: components["schemas"]["Usage"];
        };
        /** @description One way to understand a question. Asking again with its plan runs it. */
        Reading: {
            label: string;
            sentence: string;
            /** @description A QueryPlan, version 1. */
            plan: {
                [key: string]: unknown;
            };
            /** @description How sure the planner is of this reading, from 0 to 1. */
            confidence?: number;
            /** @description The chart type the question asked for. */
            chart?: string;
            channels?: components["schemas"]["Channels"];
        };
        /** @description Ends a run somebody stopped. */
        Cancelled: {
            user: string;
            reason?: string;
        };
        /** @description Data of the ephemeral event progress, which has no id and is not stored. */
        Progress: {
            stage: components["schemas"]["Stage"];
            message: string;
            ms?: number;
            step?: number;
        };
        /** @description Data of the ephemeral event delta: text to append. answered.text replaces it. */
        Delta: {
            text: string;
        };
        /** @description A line of the event export: a stored event, or a gap. */
        LoggedEvent: {
            /**
             * Format: int64
             * @description Where the event stands in the log; of a gap, the last one that is missing.
             */
            seq: number;
            subject?: string;
            /** @description The stored event, byte for byte. */
            data?: components["schemas"]["Event"];
            /**
             * Format: int64
             * @description The first sequence of a gap: from here to seq, of whatever organisation, nothing is left.
             */
            missing?: number;
        };
        /** @description A line of the capsule export. */
        RecordedCapsule: {
            run_id: string;
            /** @description SHA-256 of the capsule's compact JSON, as it was when the run ended. */
            digest: string;
            /**
             * Format: int64
             * @description Of the run's last event.
             */
            seq: number;
        };
        /** @description What to verify an answer for. */
        VerifyRequest: {
            /** @description The question it answers, saying all there is to it; by default the run's own. */
            question?: string;
            /** @description Why it is right. */
            note?: string;
            /** @description Put it in the place of one that is verified already. */
            replace?: boolean;
        };
        /**
         * @description A stale answer does not fit the newest version of its dataset and is not reused.
         * @enum {string}
         */
        VerifiedState: "valid" | "stale";
        /** @description A column a plan reads; without a name, the table itself. */
        VerifiedColumn: {
            table: string;
            name?: string;
            type?: string;
        };
        /** @description An answer that somebody vouches for. */
        VerifiedAnswer: {
            id: string;
            dataset_id: string;
            /** @description The version it was verified on. */
            dataset_version: string;
            question: string;
            /** @description A QueryPlan, version 1. */
            plan: {
                [key: string]: unknown;
            };
            sentence: string;
            chart?: string;
            channels?: components["schemas"]["Channels"];
            columns: components["schemas"]["VerifiedColumn"][];
            /** @description Who vouches for it. */
            owner: string;
            note?: string;
            /** Format: date-time */
            verified_at: string;
            /** @description The run that was verified. */
            run_id: string;
            /**
             * Format: date-time
             * @description The clock of that run.
             */
            as_of: string;
            /** @description Its plan has fixed dates for a question that speaks of time as seen from its day, so it is good for that day only. */
            dated?: boolean;
            state: components["schemas"]["VerifiedState"];
            /** @description Why a stale answer is stale. */
            reason?: string;
        };
        /** @description The org's verified answers, newest first. */
        VerifiedList: {
            verified: components["schemas"]["VerifiedAnswer"][];
        };
        /** @description What to save an answer as. */
        TestCaseRequest: {
            /** @description The question the result is right for; by default the run's own. */
            question?: string;
            note?: string;
        };
        /** @description The whole result of the run. */
        ExpectedResult: {
            columns: string[];
            /** @description The engine's. */
            types: string[];
            rows: unknown[][];
            /** @description The order of the rows is part of the answer. */
            ordered: boolean;
        };
        /** @description A question and the result that is right for it. */
        TestCase: {
            /** @description The run's. */
            id: string;
            dataset_id: string;
            dataset_version: string;
            question: string;
            turns?: string[];
            instructions?: string;
            constraints?: string;
            answer_format?: string;
            /** Format: date-time */
            as_of: string;
            /** @description A QueryPlan, version 1. */
            plan?: {
                [key: string]: unknown;
            };
            sql?: string;
            expected: components["schemas"]["ExpectedResult"];
            owner: string;
            note?: string;
            /** Format: date-time */
            saved_at: string;
        };
        /** @description A test case without its rows. */
        TestCaseSummary: {
            id: string;
            dataset_id: string;
            dataset_version: string;
            question: string;
            turns?: string[];
            columns: string[];
            rows: number;
            owner: string;
            note?: string;
            /** Format: date-time */
            saved_at: string;
        };
        /** @description A page of the org's test cases, newest first. */
        TestCaseList: {
            test_cases: components["schemas"]["TestCaseSummary"][];
            /** @description Send it as cursor to get the next page; absent on the last. */
            next_cursor?: string;
        };
        /** @description The result that is right. */
        GoldResult: {
            columns: string[];
            types: string[];
            rows: unknown[][];
        };
        /** @description A test case as a line of a suite's questions.jsonl. */
        SuiteLine: {
            id: string;
            set: string;
            /** @description The dataset's id. */
            db: string;
            question: string;
            turns: string[];
            instructions?: string;
            constraints?: string;
            answer_format?: string;
            /** Format: date-time */
            as_of: string;
            kind: string;
            gold: components["schemas"]["GoldResult"];
            ordered: boolean;
            /** @description The result is easy to hit by accident. */
            weak: boolean;
            /** @description A QueryPlan, version 1. */
            gold_plan?: {
                [key: string]: unknown;
            };
            gold_sql?: string;
            dataset_version: string;
        };
        /** @description Something a person did to what others rely on. */
        Act: {
            /** @description It sorts by time. */
            id: string;
            /** Format: date-time */
            time: string;
            org: string;
            user: string;
            token_id?: string;
            /** @description What was done: answer.verified, answer.unverified, thread.renamed, thread.deleted, thread.restored, test_case.deleted, token.created, token.revoked, session.begun, session.refused, audit.exported, audit.checked, audit.rebuild_asked, dataset.uploaded, dataset.reread, dataset.… */
            kind: string;
            /** @description The id of what it was done to. */
            target: string;
            run_id?: string;
            /** @description The thing itself, as it was then. */
            detail?: {
                [key: string]: unknown;
            };
        };
        /** @description How many runs a filter selects. */
        RunCounts: {
            /** Format: int64 */
            total: number;
            /** @description How many it would select with each status instead of its own. */
            by_status: {
                [key: string]: number;
            };
        };
        /** @description The people and datasets that runs are of, 1000 of each at most. */
        RunNames: {
            people: string[];
            datasets: string[];
        };
        /**
         * @description replace makes a new version of a dataset of these files alone, add one of the files it has and these.
         * @enum {string}
         */
        UploadMode: "new" | "replace" | "add";
        UploadRequest: {
            mode?: components["schemas"]["UploadMode"];
            /** @description The dataset to replace or to add to; a new dataset gets it as its id. */
            dataset_id?: string;
            title?: string;
            files?: components["schemas"]["AnnouncedFile"][];
        };
        AnnouncedFile: {
            /** @description Becomes the table's name. */
            name: string;
            bytes: number;
            /** @description Whatever the client recognises the file by after a restart. */
            fingerprint?: string;
        };
        UploadFile: {
            id: string;
            name: string;
            bytes: number;
            /** @description How much of it is stored. */
            received: number;
            fingerprint?: string;
            /** @description Known once the file is whole. */
            sha256?: string;
        };
        Upload: {
            id: string;
            mode: components["schemas"]["UploadMode"];
            title?: string;
            dataset_id?: string;
            user: string;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description When it ends unless somebody adds to it.
             */
            expires_at: string;
            bytes: number;
            received: number;
            files: components["schemas"]["UploadFile"][];
            /** @description It has become the dataset dataset_id. */
            complete: boolean;
        };
        UploadList: {
            uploads: components["schemas"]["Upload"][];
        };
        /** @description A run's stored events, folded and hashed again, against what was recorded when the run ended. */
        RunProof: {
            run_id: string;
            status: components["schemas"]["RunStatus"];
            /**
             * @description open: the run has not ended, so there is nothing to compare with.
             * @enum {string}
             */
            outcome: "intact" | "altered" | "open" | "unrecorded";
            events: number;
            /** Format: int64 */
            last_seq: number;
            /** @description Of the chain, computed from the log now. */
            head: string;
            /** @description SHA-256 of the capsule without white space, likewise. */
            digest: string;
            /** @description Computed when the run ended. */
            recorded_head?: string;
            /** @description Likewise. */
            recorded_digest?: string;
            /** @description Number, from 1 on, of the first event that is another one. */
            event?: number;
            subject?: string;
            reason?: string;
        };
        /** @description How far a check of many runs is; the last has done set. */
        CheckProgress: {
            /** Format: int64 */
            checked: number;
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            intact: number;
            /**
             * Format: int64
             * @description Runs that have not ended.
             */
            open: number;
            /** Format: int64 */
            altered: number;
            /**
             * Format: int64
             * @description Runs whose events the log does not have any more.
             */
            missing: number;
            /** @description The altered runs since the line before. */
            found?: components["schemas"]["RunProof"][];
            done?: boolean;
        };
        /** @description A rebuild of the run list. */
        Rebuild: {
            /**
             * @description none: there was none since the gateway began.
             * @enum {string}
             */
            state: "none" | "running" | "done" | "failed";
            /**
             * @description asked: somebody did. cut_off: the gateway ended during the one before. salvaged: the file was of another schema or damaged. empty: there was no file, and the archive may have more than the log.
             * @enum {string}
             */
            cause?: "asked" | "cut_off" | "salvaged" | "empty";
            /**
             * Format: date-time
             * @description Absent when there was none.
             */
            started_at?: string;
            /**
             * Format: date-time
             * @description Absent while it goes on.
             */
            finished_at?: string;
            /**
             * Format: int64
             * @description The event that the new list is at.
             */
            position: number;
            /**
             * Format: int64
             * @description The event that it has to reach; it moves with the log.
             */
            target: number;
            /**
             * Format: int64
             * @description Events that were read.
             */
            events: number;
            /**
             * Format: int64
             * @description Those of them that came from the archive.
             */
            archived: number;
            /**
             * Format: int64
             * @description Events that neither the log nor the archive has.
             */
            missing: number;
            /**
             * Format: int64
             * @description Runs taken over as they were, because events of theirs are missing.
             */
            kept: number;
            /**
             * Format: int64
             * @description Runs that fold to something else than what was recorded when they ended, which is kept.
             */
            altered: number;
            /**
             * Format: int64
             * @description Runs of the old list that are not in the log, though it misses nothing there. They are left out.
             */
            unknown: number;
            error?: components["schemas"]["Fault"];
        };
        ActList: {
            acts: components["schemas"]["Act"][];
            /** @description Absent on the last page. */
            next_cursor?: string;
        };
        /** @description An aggregation of one column; count needs none. */
        EditedMeasure: {
            /** @enum {string} */
            agg?: "sum" | "avg" | "min" | "max" | "count" | "count_distinct" | "median" | "stddev" | "percentile";
            /** @description An id of the menu's columns. */
            column?: string;
            /** @description For percentile: greater than 0 and at most 1; 0.95 where it is left out. */
            percentile?: number;
        };
        /** @description A column to group by, or to show where a plan lists rows. */
        EditedDimension: {
            /** @description An id of the menu's columns. */
            column: string;
            /**
             * @description Cuts a date to the start of a period.
             * @enum {string}
             */
            bucket?: "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";
            /**
             * @description Takes a number out of a date.
             * @enum {string}
             */
            part?: "hour_of_day" | "day_of_week" | "day_of_month" | "week_of_year" | "month_of_year" | "quarter_of_year" | "year";
        };
        /** @description A stretch of time counted from the clock of the question. Exactly one of last, this, previous and to_date is set. */
        Period: {
            /** @enum {string} */
            unit: "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";
            last?: number;
            this?: boolean;
            previous?: number;
            to_date?: boolean;
        };
        /** @description A comparison with values or with a relative period. Without a column and an output the left side stays what it is. */
        EditedCondition: {
            /** @description An id of the menu's columns. */
            column?: string;
            /** @description A measure of the plan, whose groups are filtered. */
            output?: string;
            /** @enum {string} */
            op: "=" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not_in" | "between" | "contains" | "startswith" | "endswith" | "is_null" | "not_null";
            /** @description A text, number or boolean, or a list of them. */
            value?: unknown;
            period?: components["schemas"]["Period"];
        };
        /** @description Sorts by a column of the result; without one, by what it was. */
        EditedOrder: {
            by?: string;
            /** @enum {string} */
            direction?: "asc" | "desc";
        };
        /** @description One change to one part of a plan. Set and remove need the path of a chip, add has none; set and add carry exactly one of measure, dimension, condition, order and limit. */
        PlanEdit: {
            /** @enum {string} */
            action: "set" | "add" | "remove";
            path?: string;
            measure?: components["schemas"]["EditedMeasure"];
            dimension?: components["schemas"]["EditedDimension"];
            condition?: components["schemas"]["EditedCondition"];
            order?: components["schemas"]["EditedOrder"];
            limit?: number;
        };
        /** @description A plan and, for a preview, an edit of it. */
        PlanEditRequest: {
            dataset_id: string;
            /** @description A QueryPlan, version 1. */
            plan: {
                [key: string]: unknown;
            };
            edit?: components["schemas"]["PlanEdit"];
            /** @description The clock of relative periods: a date or an RFC 3339 time; now where it is left out. */
            as_of?: string;
        };
        /** @description A part of the interpretation with what it is now. At most one of measure, dimension, condition, order and limit is set; where none is, fixed says why it cannot be edited. */
        EditChip: {
            /** @enum {string} */
            kind: "measure" | "dimension" | "filter" | "range" | "order" | "limit" | "with";
            label: string;
            /** @description JSON pointer into the plan. */
            path: string;
            /** @description JSON pointer to the second condition, where the part is two that limit a stretch of days. They are shown, changed and removed as one, under path. */
            upper?: string;
            removable: boolean;
            fixed?: string;
            measure?: components["schemas"]["EditedMeasure"];
            /**
             * @description What the measure has to stay, where something is computed with it.
             * @enum {string}
             */
            needs?: "number" | "date";
            dimension?: components["schemas"]["EditedDimension"];
            condition?: components["schemas"]["ComparedNow"];
            order?: components["schemas"]["EditedOrder"];
            limit?: number;
            /** @description Pieces of it that are edited one by one. */
            parts?: components["schemas"]["EditChip"][];
        };
        /** @description A condition as it is now. */
        ComparedNow: {
            /** @description An id of the menu's columns. */
            column?: string;
            /** @description A measure of the plan, whose groups are filtered. */
            output?: string;
            /** @enum {string} */
            op: "=" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not_in" | "between" | "contains" | "startswith" | "endswith" | "is_null" | "not_null";
            /** @description A text, number or boolean, or a list of them. */
            value?: unknown;
            period?: components["schemas"]["Period"];
            type: string;
            /** @description The left side in words, where it is more than a column and stays. */
            left?: string;
        };
        /** @description A column that a part may be about. */
        EditColumn: {
            id: string;
            /** @description The plan's name for the table. */
            source: string;
            table: string;
            name: string;
            type: string;
            unit?: string;
            description?: string;
            /** @description The column the table is looked up by, where the plan does not read it yet. */
            via?: string;
            /** @description The catalogue knows values of it. */
            values?: boolean;
        };
        /** @description A column of the result. */
        EditOutput: {
            name: string;
            type: string;
            measure?: boolean;
        };
        /** @description What can be done with the columns of a type. */
        TypeOptions: {
            aggs: ("sum" | "avg" | "min" | "max" | "count" | "count_distinct" | "median" | "stddev" | "percentile")[];
            buckets: ("minute" | "hour" | "day" | "week" | "month" | "quarter" | "year")[];
            parts: ("hour_of_day" | "day_of_week" | "day_of_month" | "week_of_year" | "month_of_year" | "quarter_of_year" | "year")[];
            ops: ("=" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not_in" | "between" | "contains" | "startswith" | "endswith" | "is_null" | "not_null")[];
        };
        /** @description A plan and what its parts may become. */
        PlanMenu: {
            plan: {
                [key: string]: unknown;
            };
            sentence: string;
            chips: components["schemas"]["EditChip"][];
            add: ("measure" | "dimension" | "filter" | "range" | "order" | "limit")[];
            columns: components["schemas"]["EditColumn"][];
            outputs: components["schemas"]["EditOutput"][];
            types: {
                [key: string]: components["schemas"]["TypeOptions"];
            };
            grouped: boolean;
            max_limit: number;
        };
        /** @description What an edit makes of a plan. */
        PlanPreview: {
            plan: {
                [key: string]: unknown;
            };
            sentence: string;
            interpretation: components["schemas"]["Chip"][];
            changes: components["schemas"]["PlanChange"][];
            /** @description What else had to change. */
            notes: string[];
        };
        /** @description One part of an interpretation that is not what it was. */
        PlanChange: {
            /** @enum {string} */
            action: "changed" | "added" | "removed";
            /** @description That of a chip, or table. */
            kind: string;
            before?: string;
            after?: string;
        };
        /** @description The statement is the parent run's as it was, run once more; how that was made is how this one was. */
        Again: {
            run_id: string;
            /** @description What began it; absent where it began with a statement. */
            question?: string;
            sentence: string;
            origin: components["schemas"]["Origin"];
            confidence: number;
            verified?: components["schemas"]["Verified"];
            edited?: components["schemas"]["Edited"];
            chart?: string;
            channels?: components["schemas"]["Channels"];
        };
        /** @description The plan is another run's, changed by a person. */
        Edited: {
            run_id: string;
            /** @description What began it; absent where it began with a plan. */
            question?: string;
            changes?: components["schemas"]["PlanChange"][];
            chart?: string;
        };
        /** @description What a search of the catalogue found, best first. */
        CatalogFinds: {
            places: components["schemas"]["CatalogPlace"][];
            questions: components["schemas"]["CatalogQuestion"][];
            /**
             * @description What was compared.
             * @enum {string}
             */
            by: "words" | "words and meaning";
            /** @description A store or an endpoint that is configured did not answer. */
            degraded?: boolean;
        };
        /** @description A dataset, a table or a column. */
        CatalogPlace: {
            dataset_id: string;
            /** @description Its title. */
            dataset: string;
            /** @description Left out for a dataset. */
            table?: string;
            /** @description Left out for a dataset or a table. */
            column?: string;
            type?: string;
            description?: string;
        };
        /** @description A question somebody vouched for. */
        CatalogQuestion: {
            id: string;
            dataset_id: string;
            question: string;
        };
        /** @description The values of a column that the catalogue knows. */
        ColumnValues: {
            table: string;
            column: string;
            type: string;
            values: components["schemas"]["ValueCount"][];
            /** @description These are all the values that match; otherwise the catalogue holds only the most frequent ones, or more match than were asked for. */
            complete: boolean;
            /** @description How many values the catalogue holds. */
            known: number;
            distinct: number;
            nulls: number;
            min?: string;
            max?: string;
        };
        /** @description What the files of one dataset may be. */
        UploadLimits: {
            /** @description Bytes of one file. */
            max_file_bytes: number;
            /** @description Bytes of all files of a dataset together. */
            max_bytes: number;
            /** @description How many files a dataset can have. */
            max_files: number;
        };
        /** @description What is being done to prepare a dataset; it may be a few seconds old. */
        PrepareProgress: {
            /**
             * @description Files are copied for the sandbox; then, for each table, its values are examined to find their types, its rows are loaded, and its columns are described.
             * @enum {string}
             */
            stage: "copying" | "examining" | "loading" | "describing";
            /** @description The table it is done with. Absent while files are copied. */
            table?: string;
            /** @description Bytes read in this stage: of the table's file or, while files are copied, of all files. Absent where that is not known. */
            done?: number;
            /** @description Of how many bytes. */
            total?: number;
            /** @description Rows read in this stage. */
            rows?: number;
            /**
             * Format: date-time
             * @description When the preparation began.
             */
            began: string;
            /**
             * Format: date-time
             * @description When this was known.
             */
            at: string;
        };
    };
    responses: {
        /** @description VALIDATION_ERROR: the request makes no sense; details.path says where. */
        Invalid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description UNAUTHENTICATED: no token, or one that is not valid. */
        Unauthenticated: {
            headers: {
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description FORBIDDEN: the role may not do this, or a foreign page asked. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description NOT_FOUND: the org has no such thing. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description CONFLICT: it is not in a state for this. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description PAYLOAD_TOO_LARGE. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description RATE_LIMITED: too many requests, or too many runs under way. */
        RateLimited: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description UNAVAILABLE: not now; the dataset is being prepared, or a part of Leo cannot be reached. */
        Unavailable: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The disk has not enough room for this. */
        NoSpace: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: {
        /** @description The run's id. */
        RunID: string;
        /** @description The dataset's id. */
        DatasetID: string;
        /** @description A thread id. */
        ThreadID: string;
        /** @description Words to find, without case, in questions, sentences, answers, statements, users and dataset ids. */
        FilterText: string;
        FilterStatus: components["schemas"]["RunStatus"];
        /** @description Who asked. */
        FilterUser: string;
        FilterDataset: string;
        FilterThread: string;
        FilterKind: "question" | "plan" | "sql" | "python";
        /** @description Of the run's newest statement. */
        FilterOrigin: components["schemas"]["Origin"];
        /** @description Likewise, and more exactly. */
        FilterRoad: components["schemas"]["Road"];
        /** @description The code of the run's fault, or any. */
        FilterError: string;
        /** @description When the run was asked; inclusive. */
        FilterFrom: string;
        /** @description Likewise; exclusive. */
        FilterTo: string;
        /** @description Id of an upload. */
        UploadID: string;
        /** @description Id of a file of the upload. */
        UploadFileID: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description It cannot, and why. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus' text format. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOpenAPI: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description The caller; the cookie leo_session is set. */
            200: {
                headers: {
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Dropped. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "ada",
                 *       "role": "analyst",
                 *       "expires_in": "720h"
                 *     }
                 */
                "application/json": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description The token and, this once, its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedToken"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The token's id, not its secret. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It opens nothing any more, within two seconds everywhere. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    searchCatalog: {
        parameters: {
            query: {
                /** @description What is looked for, in plain words; at most 1000 characters. */
                q: string;
                /** @description Search this dataset alone. */
                dataset_id?: string;
                /** @description Places, and questions, to return: at most 200; 20 where it is left out. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found, best first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogFinds"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDatasets: {
        parameters: {
            query?: {
                /** @description Only datasets in which something has every one of these words: its title, or a name, description or synonym of a table or column. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The datasets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    uploadDataset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    title?: string;
                    /** @description Upload a new version of this dataset, or give a new one its id. */
                    id?: string;
                    /** @description CSV files; each becomes a table. */
                    file: string[];
                };
            };
        };
        responses: {
            /** @description These bytes are a dataset already; here it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetSummary"];
                };
            };
            /** @description A new dataset, or a new version of one; it is being prepared. */
            202: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetSummary"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dataset. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted, with all its versions. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSchema: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schema. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schema"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report; its files are empty until they were read. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetReport"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    prepareDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PrepareRequest"];
            };
        };
        responses: {
            /** @description The dataset; without options, one that is ready or on its way stays as it is. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetSummary"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    listUploads: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The uploads, the newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    beginUpload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UploadRequest"];
            };
        };
        responses: {
            /** @description The upload; its files have ids. */
            201: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["NoSpace"];
        };
    };
    getUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of an upload. */
                id: components["parameters"]["UploadID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of an upload. */
                id: components["parameters"]["UploadID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    completeUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of an upload. */
                id: components["parameters"]["UploadID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description These bytes are a dataset already, or the upload was complete; here it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetSummary"];
                };
            };
            /** @description A new dataset, or a new version of one; it is being prepared. */
            202: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetSummary"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    addUploadFile: {
        parameters: {
            query?: never;
            header: {
                /** @description Version of the tus protocol; may be left out. */
                "Tus-Resumable"?: "1.0.0";
                /** @description The file's length in bytes. */
                "Upload-Length": number;
                /** @description filename, and optionally fingerprint: each a name, a space and the value in base64, separated by commas. */
                "Upload-Metadata": string;
            };
            path: {
                /** @description Id of an upload. */
                id: components["parameters"]["UploadID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Announced. Location is where its pieces go. */
            201: {
                headers: {
                    Location?: string;
                    /** @description 0 */
                    "Upload-Offset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["NoSpace"];
        };
    };
    removeUploadFile: {
        parameters: {
            query?: never;
            header?: {
                /** @description Version of the tus protocol; may be left out. */
                "Tus-Resumable"?: "1.0.0";
            };
            path: {
                /** @description Id of an upload. */
                id: components["parameters"]["UploadID"];
                /** @description Id of a file of the upload. */
                file: components["parameters"]["UploadFileID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUploadOffset: {
        parameters: {
            query?: never;
            header?: {
                /** @description Version of the tus protocol; may be left out. */
                "Tus-Resumable"?: "1.0.0";
            };
            path: {
                /** @description Id of an upload. */
                id: components["parameters"]["UploadID"];
                /** @description Id of a file of the upload. */
                file: components["parameters"]["UploadFileID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The offset is in the headers. */
            200: {
                headers: {
                    /** @description How much of the file is stored. */
                    "Upload-Offset"?: number;
                    /** @description The file's length. */
                    "Upload-Length"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    appendUpload: {
        parameters: {
            query?: never;
            header: {
                /** @description Version of the tus protocol; may be left out. */
                "Tus-Resumable"?: "1.0.0";
                /** @description Where the piece begins. */
                "Upload-Offset": number;
                /** @description sha256, a space and the piece's SHA-256 in base64. Such a piece has 16 MiB at most. */
                "Upload-Checksum"?: string;
                /** @description Who sends, any text. A new request of the same writer takes the place of one whose connection is dead. */
                "Upload-Writer"?: string;
            };
            path: {
                /** @description Id of an upload. */
                id: components["parameters"]["UploadID"];
                /** @description Id of a file of the upload. */
                file: components["parameters"]["UploadFileID"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description Stored. */
            204: {
                headers: {
                    /** @description How much of the file is stored. */
                    "Upload-Offset"?: number;
                    /** @description The file's length. */
                    "Upload-Length"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCuration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was said. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Curation"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    changeCuration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CurationChange"];
            };
        };
        responses: {
            /** @description What is said now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Curation"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSync: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The syncs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetSync"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    askSync: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The wish is noted; the syncer begins soon. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetSync"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    listVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions, newest upload first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
                /** @description SHA-256 over the files' bytes, in hexadecimal. */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dataset as of that version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
                /** @description SHA-256 over the files' bytes, in hexadecimal. */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
                /** @description SHA-256 over the files' bytes, in hexadecimal. */
                version: string;
                /** @description SHA-256 of the catalogue, as a planned event or a sync names it. */
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The catalogue. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    restoreVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
                /** @description SHA-256 over the files' bytes, in hexadecimal. */
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreRequest"];
            };
        };
        responses: {
            /** @description The dataset, at that version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    listRuns: {
        parameters: {
            query?: {
                limit?: number;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Words to find, without case, in questions, sentences, answers, statements, users and dataset ids. */
                q?: components["parameters"]["FilterText"];
                status?: components["parameters"]["FilterStatus"];
                /** @description Who asked. */
                user?: components["parameters"]["FilterUser"];
                dataset_id?: components["parameters"]["FilterDataset"];
                thread_id?: components["parameters"]["FilterThread"];
                request_kind?: components["parameters"]["FilterKind"];
                /** @description Of the run's newest statement. */
                origin?: components["parameters"]["FilterOrigin"];
                /** @description Likewise, and more exactly. */
                road?: components["parameters"]["FilterRoad"];
                /** @description The code of the run's fault, or any. */
                error?: components["parameters"]["FilterError"];
                /** @description When the run was asked; inclusive. */
                from?: components["parameters"]["FilterFrom"];
                /** @description Likewise; exclusive. */
                to?: components["parameters"]["FilterTo"];
                /** @description Whether runs of deleted conversations are listed, too. With thread_id they always are. */
                deleted?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of runs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunList"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    createRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request safe: the same key with the same body is the same run, for 24 hours; with another body it is a CONFLICT. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "dataset_id": "ecommerce",
                 *       "question": "Revenue by month this year"
                 *     }
                 */
                "application/json": components["schemas"]["RunRequest"];
            };
        };
        responses: {
            /** @description Accepted; follow events_url. */
            202: {
                headers: {
                    Location?: string;
                    /** @description true when the key was used before. */
                    "Idempotent-Replayed"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            /** @description The dataset could not be prepared; the fault is the dataset's. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    chat: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request safe: the same key with the same body is the same run, for 24 hours; with another body it is a CONFLICT. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunRequest"];
            };
        };
        responses: {
            /** @description An event stream: `retry`, then stored events (id, event, data) and ephemeral ones (progress and delta, without id). It ends after a terminal event. A comment is sent at least every 10 seconds. */
            200: {
                headers: {
                    "Leo-Run-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1500
                     *
                     *     id: 412
                     *     event: asked
                     *     data: {"schema":"asked/1","org":"local","run_id":"0199","step":0,"time":"2026-03-31T18:00:00Z","body":{}}
                     *
                     *     event: progress
                     *     data: {"stage":"planning","message":"Reading the question"}
                     *
                     *     : hb
                     */
                    "text/event-stream": string;
                };
            };
            /** @description The run of this Idempotency-Key has ended and there is nothing to send. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            /** @description The dataset could not be prepared; the fault is the dataset's. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The capsule. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Capsule"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getRunEvents: {
        parameters: {
            query?: {
                /** @description The same, for the first request; the header wins. */
                after?: number;
            };
            header?: {
                /** @description Resume after this id. */
                "Last-Event-ID"?: number;
            };
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An event stream: `retry`, then stored events (id, event, data) and ephemeral ones (progress and delta, without id). It ends after a terminal event. A comment is sent at least every 10 seconds. */
            200: {
                headers: {
                    "Leo-Run-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 1500
                     *
                     *     id: 412
                     *     event: asked
                     *     data: {"schema":"asked/1","org":"local","run_id":"0199","step":0,"time":"2026-03-31T18:00:00Z","body":{}}
                     *
                     *     event: progress
                     *     data: {"stage":"planning","message":"Reading the question"}
                     *
                     *     : hb
                     */
                    "text/event-stream": string;
                };
            };
            /** @description The run has ended and there is nothing after the id given: do not come back. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended as cancelled. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cancelling"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    reproduceRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A new run with parent_run_id, on the same dataset version. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getResultJson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result, as an attachment. A capped result has -truncated in its name, one that fills a limit nobody asked for -maybe-truncated. */
            200: {
                headers: {
                    /** @description rows or bytes, for a capped result; maybe, for one that fills a limit nobody asked for. */
                    "Leo-Truncated"?: string;
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Result"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getResultCsv: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result, as an attachment. A capped result has -truncated in its name, one that fills a limit nobody asked for -maybe-truncated. */
            200: {
                headers: {
                    /** @description rows or bytes, for a capped result; maybe, for one that fills a limit nobody asked for. */
                    "Leo-Truncated"?: string;
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getResultParquet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result, as an attachment. A capped result has -truncated in its name, one that fills a limit nobody asked for -maybe-truncated. */
            200: {
                headers: {
                    /** @description rows or bytes, for a capped result; maybe, for one that fills a limit nobody asked for. */
                    "Leo-Truncated"?: string;
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    listThreads: {
        parameters: {
            query?: {
                limit?: number;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Words to find, without case, in titles and in the runs of a conversation; each must occur in it somewhere. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The threads. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThreadList"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getThread: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A thread id. */
                id: components["parameters"]["ThreadID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The last answer and the named results. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThreadContext"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteThread: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A thread id. */
                id: components["parameters"]["ThreadID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is on no list any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    changeThread: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A thread id. */
                id: components["parameters"]["ThreadID"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "title": "Tea sales"
                 *     }
                 */
                "application/json": components["schemas"]["ThreadEdit"];
            };
        };
        responses: {
            /** @description The conversation as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThreadContext"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    resetThread: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A thread id. */
                id: components["parameters"]["ThreadID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run that says so in the conversation. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    forgetName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A thread id. */
                id: components["parameters"]["ThreadID"];
                /** @description The name of a result. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run that says so in the conversation. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportEvents: {
        parameters: {
            query?: {
                run_id?: string;
                /** @description Inclusive. */
                from?: string;
                /** @description Exclusive. */
                to?: string;
                /** @description Nothing after this sequence. */
                to_seq?: number;
                /** @description false leaves the archive out, and exports what the stream has. */
                archive?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One LoggedEvent a line, in the order of the log. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["LoggedEvent"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportCapsules: {
        parameters: {
            query?: {
                run_id?: string;
                /** @description Inclusive. */
                from?: string;
                /** @description Exclusive. */
                to?: string;
                /** @description Nothing after this sequence. */
                to_seq?: number;
                /** @description false leaves the archive out, and exports what the stream has. */
                archive?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One RecordedCapsule a line, in the order in which the runs ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["RecordedCapsule"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getLimits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The limits. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyLimits"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    verifyRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "note": "Checked against the ledger."
                 *     }
                 */
                "application/json": components["schemas"]["VerifyRequest"];
            };
        };
        responses: {
            /** @description It stands in the place of another one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerifiedAnswer"];
                };
            };
            /** @description It is verified: near-identical questions about the dataset get it from now on. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerifiedAnswer"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    saveTestCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "note": "As it should be."
                 *     }
                 */
                "application/json": components["schemas"]["TestCaseRequest"];
            };
        };
        responses: {
            /** @description It is saved, with its whole result: 5000 rows and 768 KiB at most. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestCaseSummary"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    listVerified: {
        parameters: {
            query?: {
                /** @description Only those of one dataset. */
                dataset_id?: string;
                /** @description Only those in one state. */
                state?: components["schemas"]["VerifiedState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerifiedList"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getVerified: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The verified answer's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It, and whether it still holds. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerifiedAnswer"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteVerified: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The verified answer's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its question is planned like any other from now on. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTestCases: {
        parameters: {
            query?: {
                /** @description Only those of one dataset. */
                dataset_id?: string;
                /** @description list, or suite: the questions.jsonl that `leo eval` reads. */
                format?: "list" | "suite";
                limit?: number;
                /** @description next_cursor of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first; with format=suite one SuiteLine a line, in the order of the ids. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestCaseList"];
                    "application/x-ndjson": components["schemas"]["SuiteLine"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTestCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The test case's id, which is its run's. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With its whole result. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestCase"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteTestCase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The test case's id, which is its run's. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportActs: {
        parameters: {
            query?: {
                run_id?: string;
                /** @description Inclusive. */
                from?: string;
                /** @description Exclusive. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One Act a line, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["Act"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    countRuns: {
        parameters: {
            query?: {
                /** @description Words to find, without case, in questions, sentences, answers, statements, users and dataset ids. */
                q?: components["parameters"]["FilterText"];
                status?: components["parameters"]["FilterStatus"];
                /** @description Who asked. */
                user?: components["parameters"]["FilterUser"];
                dataset_id?: components["parameters"]["FilterDataset"];
                thread_id?: components["parameters"]["FilterThread"];
                request_kind?: components["parameters"]["FilterKind"];
                /** @description Of the run's newest statement. */
                origin?: components["parameters"]["FilterOrigin"];
                /** @description Likewise, and more exactly. */
                road?: components["parameters"]["FilterRoad"];
                /** @description The code of the run's fault, or any. */
                error?: components["parameters"]["FilterError"];
                /** @description When the run was asked; inclusive. */
                from?: components["parameters"]["FilterFrom"];
                /** @description Likewise; exclusive. */
                to?: components["parameters"]["FilterTo"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunCounts"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    listRunNames: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The names. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunNames"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    proveRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run's id. */
                id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the check found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunProof"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportRuns: {
        parameters: {
            query?: {
                format?: "csv" | "jsonl";
                /** @description Words to find, without case, in questions, sentences, answers, statements, users and dataset ids. */
                q?: components["parameters"]["FilterText"];
                status?: components["parameters"]["FilterStatus"];
                /** @description Who asked. */
                user?: components["parameters"]["FilterUser"];
                dataset_id?: components["parameters"]["FilterDataset"];
                thread_id?: components["parameters"]["FilterThread"];
                request_kind?: components["parameters"]["FilterKind"];
                /** @description Of the run's newest statement. */
                origin?: components["parameters"]["FilterOrigin"];
                /** @description Likewise, and more exactly. */
                road?: components["parameters"]["FilterRoad"];
                /** @description The code of the run's fault, or any. */
                error?: components["parameters"]["FilterError"];
                /** @description When the run was asked; inclusive. */
                from?: components["parameters"]["FilterFrom"];
                /** @description Likewise; exclusive. */
                to?: components["parameters"]["FilterTo"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One run a line, as an attachment. */
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["RunSummary"];
                    "text/csv": string;
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    checkRuns: {
        parameters: {
            query?: {
                /** @description Words to find, without case, in questions, sentences, answers, statements, users and dataset ids. */
                q?: components["parameters"]["FilterText"];
                status?: components["parameters"]["FilterStatus"];
                /** @description Who asked. */
                user?: components["parameters"]["FilterUser"];
                dataset_id?: components["parameters"]["FilterDataset"];
                thread_id?: components["parameters"]["FilterThread"];
                request_kind?: components["parameters"]["FilterKind"];
                /** @description Of the run's newest statement. */
                origin?: components["parameters"]["FilterOrigin"];
                /** @description Likewise, and more exactly. */
                road?: components["parameters"]["FilterRoad"];
                /** @description The code of the run's fault, or any. */
                error?: components["parameters"]["FilterError"];
                /** @description When the run was asked; inclusive. */
                from?: components["parameters"]["FilterFrom"];
                /** @description Likewise; exclusive. */
                to?: components["parameters"]["FilterTo"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How far it is, a line at a time. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["CheckProgress"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    getRebuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How far it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rebuild"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    beginRebuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has begun. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rebuild"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    listActs: {
        parameters: {
            query?: {
                limit?: number;
                /** @description next_cursor of the page before. */
                cursor?: string;
                /** @description Words to find, without case, in all that an act holds. */
                q?: string;
                user?: string;
                kind?: string;
                /** @description Inclusive. */
                from?: string;
                /** @description Exclusive. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of acts, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActList"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    planMenu: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "dataset_id": "ecommerce",
                 *       "plan": {
                 *         "table": "orders",
                 *         "select": [
                 *           {
                 *             "agg": "sum",
                 *             "column": "total"
                 *           }
                 *         ],
                 *         "group_by": [
                 *           {
                 *             "column": "status"
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PlanEditRequest"];
            };
        };
        responses: {
            /** @description The chips and their choices. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanMenu"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    planPreview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "dataset_id": "ecommerce",
                 *       "plan": {
                 *         "table": "orders",
                 *         "select": [
                 *           {
                 *             "agg": "sum",
                 *             "column": "total"
                 *           }
                 *         ],
                 *         "group_by": [
                 *           {
                 *             "column": "status"
                 *           }
                 *         ]
                 *       },
                 *       "edit": {
                 *         "action": "set",
                 *         "path": "/select/0",
                 *         "measure": {
                 *           "agg": "avg",
                 *           "column": "orders.total"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PlanEditRequest"];
            };
        };
        responses: {
            /** @description The new plan. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanPreview"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
    columnValues: {
        parameters: {
            query: {
                /** @description The table. */
                table: string;
                /** @description The column. */
                column: string;
                /** @description Text the values hold, in any case. */
                q?: string;
                /** @description At most 200; 50 where it is left out. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The dataset's id. */
                id: components["parameters"]["DatasetID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The values, the most frequent first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ColumnValues"];
                };
            };
            400: components["responses"]["Invalid"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
        };
    };
}
