import ContentStore
import Pipelines
import StageKit

/// The records of upstream stages that a module can ask for.
enum Provenance {
    static func record(_ entry: LockEntry) -> ProvenanceRecord {
        let print = entry.fingerprint
        let digests = entry.outs.compactMap { out in
            out.content.map { (out.path, $0.digest.hex) }
        }
        return ProvenanceRecord(
            stage: print.stage, action: print.action.text, code: print.code,
            parameters: Dictionary(
                print.params.map { (parameter($0), $0.value) }, uniquingKeysWith: { $1 }),
            deps: Dictionary(
                print.deps.compactMap { dep in
                    dep.content.map { (dep.path, $0.digest.hex) }
                }, uniquingKeysWith: { $1 }),
            outs: Dictionary(digests, uniquingKeysWith: { $1 }))
    }

    static func digest(_ records: [ProvenanceRecord]) -> Digest {
        let list = Record.list(
            records.map { record in
                .map([
                    .init("stage", .text(record.stage)), .init("action", .text(record.action)),
                    .init("code", .text(record.code ?? "")),
                    .init("parameters", map(record.parameters)),
                    .init("deps", map(record.deps)), .init("outs", map(record.outs)),
                ])
            })
        return Digest(of: list.json)
    }

    private static func parameter(_ param: Fingerprint.Param) -> String {
        if param.key.isEmpty { return param.file }
        return param.file == PipelineReader.defaultParamsFile
            ? param.key : "\(param.file):\(param.key)"
    }

    private static func map(_ values: [String: String]) -> Record {
        .map(values.sorted { $0.key < $1.key }.map { .init($0.key, .text($0.value)) })
    }
}
