shop: yunshang
at: 2026-12-02T10:00:00+08:00

> 国风棉服什么领型
= answer spec:YS-W506/领型 "立领盘扣"
