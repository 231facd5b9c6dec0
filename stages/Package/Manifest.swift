import StageKit

/// What is in the package and what it was made from; `manifest.json`.
struct Manifest: Encodable, Equatable {
    static let fileName = "manifest.json"

    /// A file of the package.
    struct File: Encodable, Equatable {
        var sha256: String
        /// Bytes.
        var size: Int
    }

    /// A stage upstream: what ran, with what, on what.
    struct Stage: Encodable, Equatable {
        var stage: String
        /// `module NAME` or the command.
        var action: String
        /// Digest of the module's code; absent for commands.
        var code: String?
        var parameters: [String: String]
        /// Path → SHA-256.
        var inputs: [String: String]
        /// Path → SHA-256.
        var outputs: [String: String]

        init(_ record: ProvenanceRecord) {
            stage = record.stage
            action = record.action
            code = record.code
            parameters = record.parameters
            inputs = record.deps
            outputs = record.outs
        }
    }

    /// Version of this file's form.
    var format = 1
    /// Path → what it must be; the manifest itself is left out.
    var files: [String: File]
    /// Every stage upstream, in the order that they ran.
    var stages: [Stage]
    /// Digest of the packaging code.
    var packager: String
}
