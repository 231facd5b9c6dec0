import BenchReport
import CCeilings

/// Every work that the benchmark knows, in the order of a whole run.
enum Catalogue {
    /// All contests.
    static var contests: [Contest] {
        [
            train, trainFloat, batch, latency, filled, portable, tokenize, load, process, memory,
            scalingTraining, scalingBatch, products, slice, pipeline,
        ]
    }

    private static func settings(
        _ work: String, threads: Int, precision: String = "auto", length: Int? = nil
    ) -> Settings {
        Settings(work: work, threads: threads, precision: precision, length: length)
    }

    private static var train: Contest {
        Contest(
            name: "train", summary: "fine-tuning in bfloat16: nlpipe's auto, PyTorch's autocast",
            ours: (.nlpipe(kernel: nil), settings("train", threads: 2)),
            theirs: (.peer, settings("train", threads: 2, precision: "bfloat16")),
            measures: [
                .init(
                    "train", "fine-tune, auto / bf16 autocast", "tokens_per_second",
                    unit: "tokens/s", .higher, bar: 3)
            ])
    }

    private static var trainFloat: Contest {
        Contest(
            name: "train-float32", summary: "fine-tuning in float32 on both sides",
            ours: (.nlpipe(kernel: nil), settings("train", threads: 2, precision: "float32")),
            theirs: (.peer, settings("train", threads: 2, precision: "float32")),
            measures: [
                .init(
                    "train-float32", "fine-tune, float32", "tokens_per_second",
                    unit: "tokens/s", .higher, bar: 1.3)
            ])
    }

    private static var batch: Contest {
        Contest(
            name: "batch", summary: "INT8 inference, test set, batch 32 sorted, 2 threads",
            ours: (.nlpipe(kernel: nil), settings("batch", threads: 2)),
            theirs: (.peer, settings("batch", threads: 2)),
            measures: [
                .init(
                    "batch", "INT8, batch 32, 2 threads", "sentences_per_second",
                    unit: "sentences/s", .higher, bar: 3.5)
            ])
    }

    private static var latency: Contest {
        Contest(
            name: "latency", summary: "INT8 inference, one sentence at a time, 1 thread",
            ours: (.nlpipe(kernel: nil), settings("latency", threads: 1)),
            theirs: (.peer, settings("latency", threads: 1)),
            measures: [
                .init(
                    "latency-p50", "INT8, batch 1, p50", "p50", unit: "ms", .lower, bar: 2.2),
                .init(
                    "latency-p95", "INT8, batch 1, p95", "p95", unit: "ms", .lower, bar: 2.2),
            ])
    }

    private static var filled: Contest {
        Contest(
            name: "latency-128", summary: "the same, every sentence filled up to 128 tokens",
            ours: (.nlpipe(kernel: nil), settings("latency", threads: 1, length: 128)),
            theirs: (.peer, settings("latency", threads: 1, length: 128)),
            measures: [
                .init(
                    "latency-128", "INT8, batch 1, 128 tokens, p50", "p50", unit: "ms", .lower,
                    bar: 3.5)
            ])
    }

    private static var portable: Contest {
        Contest(
            name: "batch-avx2", summary: "INT8 batches with AVX2 kernels forced on nlpipe only",
            ours: (.nlpipe(kernel: "avx2"), settings("batch", threads: 2)),
            theirs: (.peer, settings("batch", threads: 2)),
            measures: [
                .init(
                    "batch-avx2", "INT8, batch 32, nlpipe on AVX2 only", "sentences_per_second",
                    unit: "sentences/s", .higher, bar: 0.6)
            ])
    }

    private static var tokenize: Contest {
        Contest(
            name: "tokenize", summary: "WordPiece over every labelled text, 1 thread",
            ours: (.nlpipe(kernel: nil), settings("tokenize", threads: 1)),
            theirs: (.peer, settings("tokenize", threads: 1)),
            measures: [
                .init(
                    "tokenize", "WordPiece, 1 thread", "megabytes_per_second", unit: "MB/s",
                    .higher, bar: 8)
            ])
    }

    private static var load: Contest {
        Contest(
            name: "load", summary: "from the package's files to the first answer",
            ours: (.nlpipe(kernel: nil), settings("load", threads: 1)),
            theirs: (.peer, settings("load", threads: 1)),
            measures: [
                .init(
                    "load", "package to first answer", "milliseconds", unit: "ms", .lower, bar: 10)
            ])
    }

    private static var process: Contest {
        Contest(
            name: "process", summary: "a whole process that labels one text",
            ours: (.nlpipe(kernel: nil), settings("process", threads: 1)),
            theirs: (.peer, settings("process", threads: 1)),
            measures: [
                .init(
                    "process", "process to first answer", "milliseconds", unit: "ms", .lower,
                    bar: nil)
            ])
    }

    private static var memory: Contest {
        var contest = Contest(
            name: "memory", summary: "peak memory of a short fine-tuning's own process",
            ours: (.nlpipe(kernel: nil), settings("memory", threads: 2)),
            theirs: (.peer, settings("memory", threads: 2, precision: "float32")),
            measures: [
                .init(
                    "memory", "peak memory of fine-tuning", "megabytes", unit: "MB", .lower, bar: 3)
            ])
        contest.fresh = true
        contest.mostRounds = 3
        contest.notes = ["at most 3 rounds, each a new process: the figure hardly varies"]
        return contest
    }

    private static var scalingTraining: Contest {
        scaling(
            "train", "tokens_per_second", unit: "tokens/s", title: "nlpipe, 2 threads / 1: training"
        )
    }

    private static var scalingBatch: Contest {
        scaling(
            "batch", "sentences_per_second", unit: "sentences/s",
            title: "nlpipe, 2 threads / 1: INT8 batches")
    }

    private static func scaling(
        _ work: String, _ key: String, unit: String, title: String
    ) -> Contest {
        var measure = Contest.Measure(
            "scaling-\(work)", title, key, unit: unit, .higher, bar: 1.7)
        measure.names = ("nlpipe, 2 threads", "nlpipe, 1 thread")
        return Contest(
            name: "scaling-\(work)", summary: title,
            ours: (.nlpipe(kernel: nil), settings(work, threads: 2)),
            theirs: (.nlpipe(kernel: nil), settings(work, threads: 1)), measures: [measure])
    }
}
