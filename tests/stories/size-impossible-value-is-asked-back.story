shop: yunshang
product: YS-D101

> 身高16cm体重100斤穿什么码
= clarify rule:size.ask
> 身高160cm体重100斤穿什么码
= answer size:dress "M 码"
