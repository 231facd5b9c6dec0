import ContentStore
import Pipelines

/// Lock entries and traces as records, in the order in which they are written.
enum RecordCoding {
    static func record(_ entry: LockEntry) -> Record {
        let print = entry.fingerprint
        var fields: [Record.Field] = []
        switch print.action {
        case .data: break
        case .module(let name): fields.append(.init("run", .text(name)))
        case .command(let lines):
            fields.append(
                .init("cmd", lines.count == 1 ? .text(lines[0]) : .list(lines.map(Record.text))))
        }
        if !print.directory.isEmpty { fields.append(.init("wdir", .text(print.directory))) }
        if let code = print.code { fields.append(.init("code", .text(code))) }
        if !print.deps.isEmpty {
            fields.append(
                .init("deps", .list(print.deps.map { .map(path($0.path) + content($0.content)) })))
        }
        if !print.params.isEmpty { fields.append(.init("params", params(print.params))) }
        if !print.environment.isEmpty {
            fields.append(
                .init(
                    "env",
                    .map(
                        print.environment.map { variable in
                            .init(
                                variable.name,
                                variable.digest.map { .text($0.hex) } ?? .verbatim("null"))
                        })))
        }
        if let provenance = print.provenance {
            fields.append(.init("provenance", .text(provenance.hex)))
        }
        if !print.outs.isEmpty {
            fields.append(
                .init(
                    "outs",
                    .list(
                        print.outs.map { out in
                            var fields = path(out.path) + content(entry.content(of: out.path))
                            if !out.cache { fields.append(.init("cache", .verbatim("false"))) }
                            if out.volatile { fields.append(.init("volatile", .verbatim("true"))) }
                            if out.persist { fields.append(.init("persist", .verbatim("true"))) }
                            return .map(fields)
                        })))
        }
        return .map(fields)
    }

    static func record(_ trace: Trace) -> Record {
        let entry = LockEntry(fingerprint: trace.fingerprint, outs: trace.outs)
        return .map([
            .init("format", .verbatim("\(Fingerprint.format)")),
            .init("stage", .text(trace.fingerprint.stage)),
            .init("trace", record(entry)),
            .init("started", .verbatim("\(trace.facts.started)")),
            .init("duration", .verbatim("\(trace.facts.duration)")),
            .init("machine", .text(trace.facts.machine)),
            .init("threads", .verbatim("\(trace.facts.threads)")),
            .init("stated", map(trace.facts.stated)),
            .init("sources", map(trace.facts.evidence.code)),
            .init("upstream", map(trace.facts.evidence.provenance)),
        ])
    }

    private static func map(_ values: [String: String]) -> Record {
        .map(values.sorted { $0.key < $1.key }.map { .init($0.key, .text($0.value)) })
    }

    private static func path(_ path: String) -> [Record.Field] { [.init("path", .text(path))] }

    private static func content(_ content: Content?) -> [Record.Field] {
        guard let content else { return [] }
        var fields: [Record.Field] = [
            .init("sha256", .text(content.digest.hex)), .init("size", .verbatim("\(content.size)")),
        ]
        switch content.form {
        case .file(executable: false): break
        case .file(executable: true): fields.append(.init("executable", .verbatim("true")))
        case .folder(let files): fields.append(.init("files", .verbatim("\(files)")))
        }
        return fields
    }

    private static func params(_ params: [Fingerprint.Param]) -> Record {
        var files: [Record.Field] = []
        for param in params {
            let field = Record.Field(param.key, .verbatim(param.value))
            if let last = files.last, last.key == param.file, case .map(let fields) = last.value {
                files[files.count - 1].value = .map(fields + [field])
            } else {
                files.append(.init(param.file, .map([field])))
            }
        }
        return .map(files)
    }
}
