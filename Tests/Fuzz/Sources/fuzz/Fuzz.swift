@testable import ContentStore
@testable import Engine
import Glibc
@testable import Pipelines

/// What libFuzzer calls with every input that it invents.
///
/// The reader comes from the environment, so that each has seeds of its own; see `make fuzz`. A trap,
/// a hang, too much memory or a broken promise ends the program, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    reader(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

private let reader: @Sendable ([UInt8]) -> Void = {
    switch getenv("NLPIPE_FUZZ_READER").map({ String(cString: $0) }) {
    case "pipeline": readPipeline
    case "params": readParams
    case "lock": readLock
    case "trace": readTrace
    case "manifest": readManifest
    case "state": readState
    case "list": readList
    default: { _ in exit(2) }
    }
}()

/// A definition is refused with findings or gives a graph that can be ordered.
@Sendable private func readPipeline(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let reader = PipelineReader(knownModules: ["toy"]) { path in
        path == "params.yaml" ? "lr: 0.1\nnames: [a, b]\nmodel: {depth: 3}\n" : nil
    }
    guard let pipeline = try? reader.read(text), let graph = try? Graph(pipeline) else { return }
    _ = try? graph.order(targets: [], single: false)
}

/// The quick reader of JSON either has nothing to say or says what the general one does.
@Sendable private func readParams(_ bytes: [UInt8]) {
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    if let quick = PlainJSON.read(text, file: "params.json") {
        var findings = Findings()
        let slow = YAMLReader.read(text, file: "params.json", findings: &findings)
        require(slow?.value == quick.value)
        require(slow?.location == quick.location)
    }
    let ending = ["yaml", "json", "toml"][Int(bytes.first ?? 0) % 3]
    _ = try? ParamsFile(text, file: "params.\(ending)")
}

/// What was read as a lock is written as a text that reads as the same lock.
@Sendable private func readLock(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self), let lock = try? LockFile(text: text)
    else { return }
    require((try? LockFile(text: lock.text)) == lock)
}

/// The digest that guards a trace is made for the input, or nothing would ever get past it.
@Sendable private func readTrace(_ bytes: [UInt8]) {
    guard let body = String(validating: bytes, as: UTF8.self) else { return }
    let line = "{\"sha256\":\"\(Digest(of: body))\",\"run\":\(body)}\n"
    guard let trace = try? RunCache.trace(line, file: "run.json") else { return }
    let again = try? RunCache.trace(RunCache.text(trace), file: "run.json")
    require(again?.lockEntry == trace.lockEntry)
}

@Sendable private func readManifest(_ bytes: [UInt8]) {
    guard let manifest = Manifest(text: String(decoding: bytes, as: UTF8.self)) else { return }
    require(Manifest(text: manifest.text) == manifest)
    for file in manifest.files { require(!file.path.hasPrefix("/") && !file.path.isEmpty) }
    _ = manifest.content
}

/// The lists that DVC keeps of folders.
@Sendable private func readList(_ bytes: [UInt8]) {
    guard let files = FileList.files(String(decoding: bytes, as: UTF8.self)) else { return }
    let again = FileList.files(FileList.text(files))
    require(again?.map(\.path) == files.map(\.path))
}

@Sendable private func readState(_ bytes: [UInt8]) {
    let whole = bytes + Array("sha256 \(Digest(of: bytes))\n".utf8)
    guard let entries = StateCache.parse(whole) else { return }
    require(StateCache.parse(StateCache.text(entries)) == entries)
}

private func require(_ promise: Bool) {
    if !promise { abort() }
}
