namespace Lamina.TestSupport.Gguf;

/// <summary>Names that loaders ask for: of hyperparameters (after the architecture), networks, and optional tensors.</summary>
internal static class Hyperparameters
{
    public static readonly string[] Names =
    [
        "activation.situ_beta", "activation.situ_linear_beta", "adapters.count", "adapters.lora_rank",
        "adapters.router_gain", "adapters.token_ids_activate", "adapters.token_ids_substitute", "attention.causal",
        "attention.clamp_kqv", "attention.compress_ratios", "attention.compress_rope_freq_base",
        "attention.decay_lora_rank", "attention.gate_lora_rank", "attention.group_norm_epsilon",
        "attention.group_norm_groups", "attention.head_count", "attention.head_count_kv", "attention.iclr_lora_rank",
        "attention.indexer.block_size", "attention.indexer.head_count", "attention.indexer.key_length",
        "attention.indexer.local_blocks", "attention.indexer.top_k", "attention.indexer.types",
        "attention.key_length", "attention.key_length_mla", "attention.key_length_mla_swa",
        "attention.key_length_swa", "attention.kv_lora_rank", "attention.kv_lora_rank_swa",
        "attention.layer_norm_epsilon", "attention.layer_norm_rms_epsilon", "attention.max_alibi_bias",
        "attention.output_group_count", "attention.output_lora_rank", "attention.output_scale",
        "attention.q_lora_rank", "attention.recurrent_layers", "attention.relative_buckets_count",
        "attention.rope_pattern", "attention.scale", "attention.shared_kv_layers", "attention.sliding_window",
        "attention.sliding_window_pattern", "attention.temperature_length", "attention.temperature_scale",
        "attention.value_length", "attention.value_length_mla", "attention.value_length_mla_swa",
        "attention.value_length_swa", "attention.value_residual_mix_lora_rank", "attention.value_scale",
        "attn_logit_softcapping", "attn_res.block_size", "block_count", "block_size", "classifier.output_labels",
        "context_length", "conv_group_size", "conv_kernel_size", "convnext.block_count", "convnext.embedding_length",
        "decoder_block_count", "decoder_start_token_id", "deepstack_mapping", "dense_2_feat_in", "dense_2_feat_out",
        "dense_3_feat_in", "dense_3_feat_out", "embedding_length", "embedding_length_out",
        "embedding_length_per_layer_input", "embedding_scale", "expert_chunk_feed_forward_length", "expert_count",
        "expert_feed_forward_length", "expert_gating_func", "expert_group_count", "expert_group_scale",
        "expert_group_used_count", "expert_latent_length", "expert_shared_count",
        "expert_shared_feed_forward_length", "expert_used_count", "expert_weights_norm", "expert_weights_scale",
        "experts_per_group", "features_length", "feed_forward_length", "final_logit_softcapping",
        "full_attention_interval", "hash_layer_count", "hidden_activation", "hyper_connection.count",
        "hyper_connection.epsilon", "hyper_connection.low_rank", "hyper_connection.sinkhorn_iterations",
        "interleave_moe_layer_step", "kda.gate_lower_bound", "kda.head_dim", "kda.safe_gate",
        "leading_dense_block_count", "logit_scale", "moe_every_n_layers", "moe_latent_size", "n_deepstack_layers",
        "nextn_predict_layers", "norm_before_fc", "norm_before_residual", "num_loops", "ple.conv_kernel",
        "ple.eos_token_id", "ple.head_offsets", "ple.head_vocab_sizes", "ple.heads_per_ngram", "ple.image_token_id",
        "ple.layer_multipliers", "ple.layers", "ple.ngram_size", "pooling_type", "posnet.block_count",
        "posnet.embedding_length", "rescale_every_n_layers", "residual_scale", "rope.dimension_count",
        "rope.dimension_count_swa", "rope.dimension_sections", "rope.freq_base", "rope.freq_base_swa",
        "rope.scale_linear", "rope.scaling.alpha", "rope.scaling.attn_factor", "rope.scaling.factor",
        "rope.scaling.finetuned", "rope.scaling.original_context_length", "rope.scaling.type",
        "rope.scaling.yarn_attn_factor", "rope.scaling.yarn_beta_fast", "rope.scaling.yarn_beta_slow",
        "rope.scaling.yarn_ext_factor", "rope.scaling.yarn_log_multiplier", "router_logit_softcapping",
        "selector_rank", "selector_top_k", "shortconv.l_cache", "skip_loop_final_norm", "ssm.conv_kernel",
        "ssm.dt_b_c_rms", "ssm.group_count", "ssm.inner_size", "ssm.state_size", "ssm.time_step_rank",
        "swiglu_clamp_exp", "swiglu_clamp_shexp", "swin_norm", "target_hidden_size", "target_layers",
        "tensor_data_layout", "time_decay_extra_dim", "time_mix_extra_dim", "token_shift_count",
        "use_parallel_residual", "vocab_size", "wkv.head_size",
    ];

    public static readonly string[] Architectures =
    [
        "clip", "llama", "llama4", "deci", "falcon", "grok", "gpt2", "gptj", "gptneox", "mpt", "baichuan",
        "starcoder", "refact", "bert", "modern-bert", "nomic-bert", "nomic-bert-moe", "neo-bert", "jina-bert-v2",
        "jina-bert-v3", "eurobert", "bloom", "stablelm", "qwen", "qwen2", "qwen2moe", "qwen2vl", "qwen3", "qwen3moe",
        "qwen3next", "qwen3vl", "qwen3vlmoe", "qwen35", "qwen35moe", "qwen4exp", "phi2", "phi3", "phimoe", "plamo",
        "plamo2", "plamo3", "codeshell", "orion", "internlm2", "minicpm", "minicpm3", "gemma", "gemma2", "gemma3",
        "gemma3n", "gemma4", "gemma4-assistant", "gemma-embedding", "starcoder2", "mamba", "mamba2", "jamba",
        "falcon-h1", "xverse", "command-r", "cohere2", "cohere2moe", "dbrx", "olmo", "olmo2", "olmoe",
        "muse-glimmer", "openelm", "arctic", "deepseek", "deepseek2", "deepseek2-ocr", "deepseek32", "deepseek4",
        "chatglm", "glm4", "glm4moe", "glm-dsa", "bitnet", "t5", "t5encoder", "jais", "jais2", "nemotron",
        "nemotron_h", "nemotron_h_moe", "exaone", "exaone4", "exaone-moe", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7",
        "granite", "granitemoe", "granitehybrid", "graniteswitch", "granite_swa", "chameleon", "wavtokenizer-dec",
        "plm", "bailingmoe", "bailingmoe2", "bailingmoe3", "dots1", "dots3note", "arcee", "afmoe", "laguna",
        "ernie4_5", "ernie4_5-moe", "hunyuan-moe", "hunyuan-dense", "hunyuan_vl", "hy_v3", "smollm3", "gpt-oss",
        "lfm2", "lfm2moe", "dream", "smallthinker", "llada", "llada-moe", "seed_oss", "grovemoe", "apertus",
        "minimax-01", "minimax-m2", "minimax-m3", "cogvlm", "rnd1", "pangu-embedded", "mistral3", "eagle3", "dflash",
        "mistral4", "paddleocr", "mimo2", "step35", "llama-embed", "maincoder", "kimi-linear", "kimi-k3", "talkie",
        "mellum", "nanbeige", "qwen3tts", "pockettts",
    ];

    public static readonly string[] OptionalTensors =
    [
        "output.weight", "rope_freqs.weight", "blk.0.attn_q.bias", "blk.0.attn_output.bias",
        "blk.0.ffn_gate_inp.weight", "blk.0.attn_qkv.weight", "blk.0.attn_q.scale", "blk.0.ffn_up.scale",
        "output_norm.bias", "token_types.weight", "position_embd.weight", "cls.weight", "cls.output.weight",
        "rope_factors_long.weight", "rope_factors_short.weight", "blk.0.attn_q_norm.weight",
        "blk.0.attn_norm_2.weight", "dense_2.weight", "dense_3.weight", "blk.0.attn_sinks.weight",
        "blk.1.ffn_gate.weight", "blk.0.ffn_gate.bias", "blk.0.ssm_dt_norm.weight",
    ];
}
