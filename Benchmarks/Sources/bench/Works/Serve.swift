/// One side of a work: nlpipe's.
enum Serve {
    /// Answers on standard output what standard input asks, until it ends.
    static func run() throws {
        let channel = Channel()
        guard let settings = try channel.settings() else { return }
        do {
            switch settings.work {
            case "train": try TrainingWork(settings: settings).serve(channel)
            case "batch": try BatchWork(settings: settings).serve(channel)
            case "latency": try LatencyWork(settings: settings).serve(channel)
            case "tokenize": try TokenizingWork(settings: settings).serve(channel)
            case "load": try LoadingWork(settings: settings).serve(channel)
            case "process": try ProcessWork(settings: settings).serve(channel)
            case "memory": try MemoryWork(settings: settings).serve(channel)
            case "products": try ProductWork(settings: settings).serve(channel)
            case "slice": try SliceWork(settings: settings).serve(channel)
            case "pipeline": try PipelineWork(settings: settings).serve(channel)
            default: throw SideError(side: "nlpipe", reason: "unknown work '\(settings.work)'")
            }
        } catch {
            try channel.fail(error)
        }
    }
}
