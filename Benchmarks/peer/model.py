"""The classifier in PyTorch, from a folder in Hugging Face's layout: BERT, mean pooling, a linear head."""
import json
import os

import torch
from safetensors.torch import load_file
from torch import nn
from transformers import BertConfig, BertModel


class Classifier(nn.Module):
    """Scores [sequences, classes] of padded ids [sequences, length] and their mask."""

    def __init__(self, config, classes):
        super().__init__()
        self.bert = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(0.1)
        self.classifier = nn.Linear(config.hidden_size, classes)

    def forward(self, input_ids, attention_mask):
        states = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weight = attention_mask[..., None].to(states.dtype)
        return self.classifier(self.dropout((states * weight).sum(1) / weight.sum(1)))


def shrink(layer, tensors, prefix):
    """Gives a layer the widths of a pruned one: fewer heads, fewer neurons."""
    attention = layer.attention.self
    width = tensors[prefix + "attention.self.query.weight"].shape
    hidden = width[1]
    if width[0] != attention.all_head_size:
        for name in ("query", "key", "value"):
            setattr(attention, name, nn.Linear(hidden, width[0]))
        attention.num_attention_heads = width[0] // attention.attention_head_size
        attention.all_head_size = width[0]
        layer.attention.output.dense = nn.Linear(width[0], hidden)
    neurons = tensors[prefix + "intermediate.dense.weight"].shape[0]
    if neurons != layer.intermediate.dense.out_features:
        layer.intermediate.dense = nn.Linear(hidden, neurons)
        layer.output.dense = nn.Linear(neurons, hidden)


def load(folder, attention="sdpa"):
    """The fine-tuned classifier of a folder, dense float32 weights."""
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        values = json.load(file)
    tensors = load_file(os.path.join(folder, "model.safetensors"))
    config = BertConfig.from_dict(values)
    config._attn_implementation = attention
    model = Classifier(config, len(values["id2label"]))
    for index, layer in enumerate(model.bert.encoder.layer):
        shrink(layer, tensors, f"bert.encoder.layer.{index}.")
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    if missing or unexpected:
        raise SystemExit(f"{folder}: missing {missing}, unexpected {unexpected}")
    return model


def start_over(model, encoder):
    """Puts the pretrained encoder's weights back, and a new head on top."""
    tensors = load_file(os.path.join(encoder, "model.safetensors"))
    tensors = {name.removeprefix("bert."): value for name, value in tensors.items()}
    missing, _ = model.bert.load_state_dict(tensors, strict=False)
    if missing:
        raise SystemExit(f"{encoder}: missing {missing}")
    nn.init.normal_(model.classifier.weight, std=0.02)
    nn.init.zeros_(model.classifier.bias)


def padded(rows, length=None):
    """Ids and mask of token lists, padded to the longest or to `length`."""
    longest = length or max(map(len, rows))
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
        mask[place, : len(row)] = 1
    return ids, mask
