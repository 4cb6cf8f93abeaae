shop: huanya

> 哪款面霜适合敏感肌
= answer rule:spec.which spec:HY-F01/适用肤质
