import StageKit

/// What a model says of where it came from: the SHA-256 of everything upstream, and the labels.
///
/// No time, no machine and no commit: equal inputs give equal bytes. `nlpipe export` adds the commit
/// to a copy.
struct ModelOrigin {
    private let common: [String: String]

    init(_ provenance: [ProvenanceRecord], labels: [String]) {
        var entries = [
            "labels": labels.joined(separator: "\n"),
            "nlpipe.code": Export.codeDigest,
        ]
        for record in provenance {
            for (path, digest) in record.deps.merging(record.outs, uniquingKeysWith: { $1 }) {
                entries["sha256.\(path)"] = digest
            }
            if let code = record.code { entries["code.\(record.stage)"] = code }
        }
        common = entries
    }

    /// The metadata of one form.
    func metadata(_ form: ModelForm) -> [String: String] {
        common.merging(["nlpipe.form": form.rawValue], uniquingKeysWith: { $1 })
    }
}
