import ContentStore
import StageKit

/// What some digests of a fingerprint were made from, so that a difference can be told by its name.
///
/// It is kept with a run and never compared to decide anything.
public struct Evidence: Sendable, Equatable, Codable {
    /// Source file → first digits of its digest, of a module's code.
    public var code: [String: String]
    /// Stage upstream → first digits of the digest of its record, for modules that read those.
    public var provenance: [String: String]

    /// Creates evidence, none unless said otherwise.
    public init(code: [String: String] = [:], provenance: [String: String] = [:]) {
        self.code = code
        self.provenance = provenance
    }

    /// The records of stages as `provenance` keeps them.
    static func digests(of records: [ProvenanceRecord]) -> [String: String] {
        Dictionary(
            records.map { ($0.stage, String(Provenance.digest([$0]).hex.prefix(16))) },
            uniquingKeysWith: { first, _ in first })
    }

    /// `a.swift modified, b.swift is new`; nil where nothing differs.
    static func differences(from old: [String: String], to new: [String: String]) -> String? {
        let changes = Set(old.keys).union(new.keys).sorted().compactMap { name -> String? in
            switch (old[name], new[name]) {
            case (nil, _): "\(name) is new"
            case (_, nil): "\(name) deleted"
            case (let old, let new): old == new ? nil : "\(name) modified"
            }
        }
        return FolderDifference.list(changes)
    }
}
